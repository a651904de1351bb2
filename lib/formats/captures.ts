// The names of captures: how the parts of an answer are found again once it is decoded, without parsing it.
//
//   thinking     what the model thought, without its tags
//   call         a whole call with its tags
//   call:NAME    inside it, the arguments of tool NAME as JSON; `call(qwen_xml):NAME` where they are written in that style
//   argument     inside them, the value of each argument, with what closes it
//   markup       what is neither said nor a call: the tags around several calls, the end tag of thinking
//   content      inside `markup`, what is said after all: the text of a message that stands in tags
//
// Captures nest, and the innermost one says what a character is; what none of them holds is content. The marks stand beside
// a tag, not in it: the tag is JSON that other servers read.

import type { Format, JsonSchemaFormat, JsonSchemaStyle } from './structural-tag.js';

/** Around a whole call, its tags included. */
export const CALL = 'call';
/** Around the value of each argument, with what closes it. */
export const ARGUMENT = 'argument';
/** Around what the model thinks, without the tags. */
export const THINKING = 'thinking';

/** The captures that say what a part of a text is. */
export const CAPTURES = [THINKING, CALL, 'markup', 'content'] as const;

/** What a part of a text is. */
export type CaptureName = (typeof CAPTURES)[number];

/** What the capture around the arguments of a call says. */
export interface CapturedArguments {
  readonly tool: string;
  /** How they are written: {@link readArguments} reads them. */
  readonly style: JsonSchemaStyle;
}

/** The name of the capture around the arguments of a call. */
export function argumentsCapture({ tool, style }: CapturedArguments): string {
  return style === 'json' ? `call:${tool}` : `call(${style}):${tool}`;
}

/** How the names of captures around arguments begin, and no others do. */
export const ARGUMENTS_PREFIXES = ['call:', 'call('] as const;

/** What the name of a capture says about arguments; undefined for a capture of something else. */
export function capturedArguments(name: string): CapturedArguments | undefined {
  if (name.startsWith('call:')) return { tool: name.slice('call:'.length), style: 'json' };
  const colon = name.indexOf('):');
  if (!name.startsWith('call(') || colon < 0) return undefined;
  return { tool: name.slice(colon + 2), style: name.slice('call('.length, colon) as JsonSchemaStyle };
}

const marks = new WeakMap<object, string>();

/** Marks a part of a tag: what it holds is captured under this name. Returns the part. */
export function mark<T extends Format>(format: T, name: string): T {
  marks.set(format, name);
  return format;
}

/** The name under which a part of a tag is captured; undefined if it is not. */
export function captureOf(format: object): string | undefined {
  return marks.get(format);
}

/** The name under which the members of a schema's object are captured. */
export function memberCaptureOf(format: JsonSchemaFormat): string | undefined {
  return toolOf(format) === undefined ? undefined : ARGUMENT;
}

/** The tool whose arguments this part of a tag holds. */
export function toolOf(format: JsonSchemaFormat): string | undefined {
  const name = marks.get(format);
  return name === undefined ? undefined : capturedArguments(name)?.tool;
}

/** Whether this part of a tag is what the model thinks. */
export function isThinking(format: Format): boolean {
  return marks.get(format) === THINKING;
}

/** A part of a text: begin and end as in the captures, which count bytes. */
export interface TextPart {
  readonly kind: CaptureName;
  readonly begin: number;
  readonly end: number;
}

/** A captured part of a text. */
interface Span {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** The parts of a text of this length, in order, without gaps and without empty parts: the innermost capture decides. */
export function textParts(captures: readonly Span[], length: number): TextPart[] {
  const spans = captures
    .filter((span): span is Span & { name: CaptureName } => (CAPTURES as readonly string[]).includes(span.name) && span.end > span.begin)
    .sort((a, b) => a.begin - b.begin || b.end - a.end);
  const parts: TextPart[] = [];
  const add = (kind: CaptureName, begin: number, end: number): void => {
    const last = parts.at(-1);
    if (begin >= end) return;
    if (last?.kind === kind && kind === 'content') parts[parts.length - 1] = { ...last, end };
    else parts.push({ kind, begin, end });
  };
  const open: { readonly kind: CaptureName; readonly end: number }[] = [{ kind: 'content', end: length }];
  let at = 0;
  const closeUntil = (begin: number): void => {
    for (let top = open.at(-1); top !== undefined && open.length > 1 && top.end <= begin; top = open.at(-1)) {
      add(top.kind, at, top.end);
      at = Math.max(at, top.end);
      open.pop();
    }
    add(open.at(-1)?.kind ?? 'content', at, begin);
    at = Math.max(at, begin);
  };
  for (const { name, begin, end } of spans) {
    closeUntil(begin);
    open.push({ kind: name, end: Math.min(end, open.at(-1)?.end ?? length) });
  }
  closeUntil(length);
  return parts;
}
