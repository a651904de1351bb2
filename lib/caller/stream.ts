// An answer as events, at the pace of who takes them.

import { SurecallError } from '../errors.js';
import type { AnswerPart } from '../native-types.js';
import type { CallEvent } from './events.js';
import type { CallResult, TraceStep } from './result.js';

/** Begins the work: tells parts of the answer until it is complete, or the signal stops it. */
export type Answering<Call> = (onPart: (part: AnswerPart) => void, signal: AbortSignal) => Promise<CallResult<Call>>;

/** Reads parts. */
export interface PartReader {
  read(part: AnswerPart): CallEvent[];
}

/**
 * The events of an answer; its result is what the generator returns. Work begins with the first event that is asked for. It
 * does not wait for the consumer: deltas that were not taken yet are joined, so that at most the answer is kept. Leaving the
 * iteration, or the signal, stops the work, and the generator ends when the engine has let go of it.
 *
 * @throws what `answering` throws.
 */
export async function* streamEvents<Call>(
  answering: Answering<Call>,
  reader: PartReader,
  signal?: AbortSignal,
): AsyncGenerator<CallEvent<Call>, CallResult<Call>, undefined> {
  const stop = new AbortController();
  const abort = (): void => stop.abort(signal?.reason);
  if (signal?.aborted === true) throw new SurecallError('SURECALL_ABORTED', 'the call was aborted before it began', { cause: signal.reason });
  signal?.addEventListener('abort', abort, { once: true });
  const events = new EventQueue();
  const answer = answering((part) => { for (const event of reader.read(part)) events.push(event); }, stop.signal);
  // Also where nobody waits for it any more.
  const ended = answer.then(() => undefined, () => undefined).finally(() => events.close());
  try {
    for (;;) {
      const event = await events.next();
      if (event === undefined) break;
      // The type of the calls is known from the definitions alone.
      yield event as CallEvent<Call>;
    }
    const result = await answer;
    yield { type: 'end', result };
    return result;
  } finally {
    signal?.removeEventListener('abort', abort);
    stop.abort();
    await ended;
  }
}

/** An event that nobody has taken yet may still grow. */
type Waiting = CallEvent extends infer E ? { -readonly [K in keyof E]: E[K] } : never;

/** Events that wait for the consumer. */
class EventQueue {
  #events: Waiting[] = [];
  #taken = 0;
  #isClosed = false;
  #wake = (): void => undefined;

  push(event: CallEvent): void {
    const last = this.#taken < this.#events.length ? this.#events.at(-1) : undefined;
    if (last === undefined || !join(last, event)) this.#events.push({ ...event });
    this.#wake();
  }

  close(): void {
    this.#isClosed = true;
    this.#wake();
  }

  /** The next event; undefined when there are no more. */
  async next(): Promise<CallEvent | undefined> {
    while (this.#taken === this.#events.length) {
      this.#events = [];
      this.#taken = 0;
      if (this.#isClosed) return undefined;
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
    return this.#events[this.#taken++];
  }
}

/** Adds a delta of the same text to the one that still waits. False if it is of another. */
function join(waiting: Waiting, event: CallEvent): boolean {
  if (waiting.type === 'arguments' && event.type === 'arguments' && waiting.index === event.index) {
    waiting.delta += event.delta;
    return true;
  }
  if (!isText(waiting) || !isText(event) || waiting.type !== event.type) return false;
  waiting.delta += event.delta;
  // The array is the event's own.
  if (event.steps !== undefined) ((waiting.steps ??= []) as TraceStep[]).push(...event.steps);
  return true;
}

function isText<E extends CallEvent | Waiting>(event: E): event is Extract<E, { readonly type: 'text' | 'thinking' }> {
  return event.type === 'text' || event.type === 'thinking';
}
