// Reads an answer while it is written: its parts become events. Where content, thinking and calls begin and end is what the
// captures say; text is never searched.

import { StringDecoder } from 'node:string_decoder';
import { ARGUMENT, CALL, capturedArguments, CAPTURES } from '../formats/captures.js';
import type { AnswerPart, CaptureMark } from '../native-types.js';
import type { AnswerContext } from './answer.js';
import { type ArgumentsText, argumentsText } from './arguments-text.js';
import { callId, readCall, type CallText } from './call-text.js';
import { Confidence } from './confidence.js';
import type { CallEvent } from './events.js';
import { StepTexts } from './step-texts.js';

/** A call that is being written. */
interface OpenCall {
  readonly text: CallText & { span: { begin: number; end: number } };
  readonly index: number;
  readonly arguments: ArgumentsText;
  /** The bytes of the arguments so far. */
  readonly bytes: Buffer[];
}

/** Turns the parts of one answer into events. */
export class AnswerReader {
  readonly #context: AnswerContext;
  readonly #confidence = new Confidence();
  readonly #steps: StepTexts;
  /** Text that is not settled yet, and where it begins. */
  readonly #unread = new ByteQueue();
  #at = 0;
  /** Open captures, outermost first. */
  readonly #open: string[] = [];
  readonly #decoder = new StringDecoder('utf8');
  #callBegin = 0;
  #calls = 0;
  #call: OpenCall | undefined;

  constructor(context: AnswerContext) {
    this.#context = context;
    this.#steps = new StepTexts(context.vocabulary);
  }

  /** The events of the next part. */
  read({ text, marks, settled, choices, trace }: AnswerPart): CallEvent[] {
    const events: CallEvent[] = [];
    this.#unread.push(text);
    this.#confidence.add(choices);
    this.#steps.add(trace);
    for (const mark of marks) {
      this.#advance(mark.offset, events);
      if (mark.opens) this.#begin(mark, events);
      else this.#end(events);
    }
    this.#advance(settled, events);
    return events;
  }

  /** Text up to `to` belongs to what is open. */
  #advance(to: number, events: CallEvent[]): void {
    if (to <= this.#at) return;
    const bytes = this.#unread.take(to - this.#at);
    this.#at = to;
    if (this.#call !== undefined) {
      this.#call.bytes.push(bytes);
      this.#addArguments(this.#call, this.#call.arguments.add(bytes), events);
      return;
    }
    const type = this.#textType();
    const delta = type === undefined ? '' : this.#decoder.write(bytes);
    // Those of half a character wait for the rest of it; those of text that nobody sees are dropped.
    if (type !== undefined && delta === '') return;
    const steps = this.#steps.takeUpTo(to);
    if (type !== undefined) events.push({ type, delta, ...(steps.length === 0 ? {} : { steps }) });
  }

  /** What text is here: the innermost capture decides, and what none of them holds is content. */
  #textType(): 'text' | 'thinking' | undefined {
    const kind = this.#open.findLast((name) => (CAPTURES as readonly string[]).includes(name)) ?? 'content';
    if (kind === 'content') return 'text';
    return kind === 'thinking' ? kind : undefined;
  }

  #begin({ name, offset }: CaptureMark, events: CallEvent[]): void {
    this.#open.push(name);
    if (name === CALL) this.#callBegin = offset;
    if (name === ARGUMENT) this.#call?.text.members.push({ begin: offset, end: offset });
    const captured = capturedArguments(name);
    if (captured === undefined) return;
    const { tool, style } = captured;
    const index = this.#calls++;
    const schema = this.#context.tools.find((one) => one.name === tool)?.parameters ?? true;
    this.#call = {
      text: { name: tool, style, begin: this.#open.includes(CALL) ? this.#callBegin : offset, span: { begin: offset, end: offset }, members: [] },
      index,
      arguments: argumentsText(style, schema, this.#context.lenient),
      bytes: [],
    };
    events.push({ type: 'call', index, id: callId(index, this.#context), name: tool });
  }

  #end(events: CallEvent[]): void {
    const name = this.#open.pop() ?? '';
    const call = this.#call;
    if (call === undefined) return;
    if (name === ARGUMENT) {
      (call.text.members.at(-1) as { end: number }).end = this.#at;
      this.#addArguments(call, call.arguments.endMember(), events);
    }
    if (capturedArguments(name) === undefined) return;
    this.#addArguments(call, call.arguments.end(), events);
    call.text.span.end = this.#at;
    const text = Buffer.concat(call.bytes);
    const { begin } = call.text.span;
    const written = (from: number, to: number): string => text.toString('utf8', from - begin, to - begin);
    events.push({ type: 'called', index: call.index, call: readCall(written, call.text, call.index, this.#confidence, this.#context) });
    this.#steps.takeUpTo(this.#at);
    this.#call = undefined;
  }

  #addArguments({ index }: OpenCall, delta: string, events: CallEvent[]): void {
    if (delta !== '') events.push({ type: 'arguments', index, delta });
  }
}

/** Bytes that come and go in pieces. */
class ByteQueue {
  #pieces: Buffer[] = [];

  push(bytes: Buffer): void {
    if (bytes.length > 0) this.#pieces.push(bytes);
  }

  /** The next `count` bytes, which must be there. */
  take(count: number): Buffer {
    const taken: Buffer[] = [];
    let whole = 0;
    let missing = count;
    for (const piece of this.#pieces) {
      if (missing < piece.length) break;
      taken.push(piece);
      missing -= piece.length;
      whole++;
    }
    this.#pieces.splice(0, whole);
    const [first] = this.#pieces;
    if (missing > 0 && first !== undefined) {
      taken.push(first.subarray(0, missing));
      this.#pieces[0] = first.subarray(missing);
    }
    return taken.length === 1 ? (taken[0] as Buffer) : Buffer.concat(taken);
  }
}
