// Conversations in, as OpenAI's clients write them; messages that chat templates can read out.

import { describeError, SurecallError, shown } from '../errors.js';
import type { ChatMessage, ChatToolCall } from '../formats/index.js';
import { isRecord } from '../json.js';

/** A message of a conversation. Members that are not named here are ignored. */
export type Message =
  | { readonly role: 'system' | 'developer' | 'user'; readonly content: MessageContent; readonly name?: string }
  | AssistantMessage
  | ToolMessage;

/** Text, or parts of text, which are joined. */
export type MessageContent = string | readonly TextPart[];

/** A part of a message's text. */
export interface TextPart {
  readonly type: 'text' | 'input_text' | 'output_text';
  readonly text: string;
}

/** What the model said: a text, calls, or both. */
export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content?: MessageContent | null;
  readonly tool_calls?: readonly MessageToolCall[] | null;
  /** What it thought before; most templates show only the last of these. */
  readonly reasoning_content?: string | null;
  readonly name?: string;
}

/** What a tool gave. */
export interface ToolMessage {
  readonly role: 'tool';
  readonly content: MessageContent;
  /** The `id` of the call; may be missing where the model makes one call at a time. */
  readonly tool_call_id?: string;
  /** The tool; default: that of the call. */
  readonly name?: string;
}

/** A call of an earlier turn. */
export interface MessageToolCall {
  readonly id?: string;
  readonly type?: 'function';
  /** Arguments as an object, or as the JSON text of one. */
  readonly function: { readonly name: string; readonly arguments: string | Readonly<Record<string, unknown>> };
}

/** A prompt: a user message, or a conversation. */
export type Prompt = string | readonly Message[];

/** Where in a conversation we are. */
interface MessagePlace {
  readonly index: number;
  readonly path?: string;
}

/**
 * The messages of a prompt, checked and brought to one shape: roles system, user, assistant and tool, content as text,
 * arguments as objects, results with the name of their tool.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION` for what is neither a text nor a list; `SURECALL_INVALID_MESSAGES` naming
 * the index, the property and the value.
 */
export function toMessages(prompt: Prompt): ChatMessage[] {
  if (typeof prompt === 'string') return [{ role: 'user', content: prompt }];
  if (!Array.isArray(prompt) || prompt.length === 0) {
    throw new SurecallError('SURECALL_INVALID_OPTION', `prompt: must be a text or a list of messages, got ${shown(prompt)}`);
  }
  // The tools of the calls so far, by the calls' ids.
  const called = new Map<string, string>();
  return prompt.map((message: unknown, index) => {
    const checked = toMessage(message, { index }, called);
    for (const { id, function: { name } } of checked.tool_calls ?? []) if (id !== undefined) called.set(id, name);
    return checked;
  });
}

/** The first number such that neither it nor a later one is in the id of an earlier call: ours are `call_0`, `call_1`, ... */
export function nextCall(messages: readonly ChatMessage[]): number {
  const numbers = messages.flatMap(({ tool_calls: calls = [] }) => calls.map(({ id = '' }) => /^call_(\d{1,15})$/.exec(id)?.[1]));
  return Math.max(-1, ...numbers.map((number) => Number(number ?? -1))) + 1;
}

function toMessage(message: unknown, place: MessagePlace, called: ReadonlyMap<string, string>): ChatMessage {
  if (!isRecord(message)) return fail(place, `must be an object, got ${shown(message)}`, message);
  const { role } = message;
  switch (role) {
    case 'system':
    case 'developer':
    case 'user':
      return { role: role === 'developer' ? 'system' : role, content: toText(message['content'], at(place, 'content')), ...nameOf(message, place) };
    case 'assistant':
      return toAssistant(message, place);
    case 'tool':
      return toResult(message, place, called);
    default:
      return fail(at(place, 'role'), `must be system, developer, user, assistant or tool, got ${shown(role)}`, role);
  }
}

function toAssistant(message: Readonly<Record<string, unknown>>, place: MessagePlace): ChatMessage {
  const { content, tool_calls: calls, reasoning_content: thinking } = message;
  const listed = at(place, 'tool_calls');
  if (!isAbsent(calls) && !Array.isArray(calls)) fail(listed, `must be a list, got ${shown(calls)}`, calls);
  const checked = isAbsent(calls) ? [] : (calls as unknown[]).map((call, index) => toCall(call, at(listed, index)));
  if (isAbsent(content) && checked.length === 0) fail(at(place, 'content'), 'is missing, and there are no tool_calls', content);
  if (!isAbsent(thinking) && typeof thinking !== 'string') fail(at(place, 'reasoning_content'), `must be a string, got ${shown(thinking)}`, thinking);
  return {
    role: 'assistant',
    content: isAbsent(content) ? '' : toText(content, at(place, 'content')),
    ...(checked.length === 0 ? {} : { tool_calls: checked }),
    ...(typeof thinking === 'string' ? { reasoning_content: thinking } : {}),
    ...nameOf(message, place),
  };
}

function toCall(call: unknown, place: MessagePlace): ChatToolCall {
  if (!isRecord(call)) return fail(place, `must be an object, got ${shown(call)}`, call);
  const { id, type, function: called } = call;
  if (!isAbsent(id) && typeof id !== 'string') fail(at(place, 'id'), `must be a string, got ${shown(id)}`, id);
  if (!isAbsent(type) && type !== 'function') fail(at(place, 'type'), `must be "function", got ${shown(type)}`, type);
  const inner = at(place, 'function');
  if (!isRecord(called)) return fail(inner, `must be an object, got ${shown(called)}`, called);
  const { name, arguments: args } = called;
  if (typeof name !== 'string' || name === '') return fail(at(inner, 'name'), `must be the name of a tool, got ${shown(name)}`, name);
  return { ...(typeof id === 'string' ? { id } : {}), type: 'function', function: { name, arguments: toArguments(args, at(inner, 'arguments')) } };
}

function toArguments(args: unknown, place: MessagePlace): Readonly<Record<string, unknown>> {
  if (isRecord(args)) return args;
  if (typeof args !== 'string') return fail(place, `must be an object, or the JSON text of one, got ${shown(args)}`, args);
  // Some clients write nothing for no arguments.
  if (args.trim() === '') return {};
  try {
    const value = JSON.parse(args) as unknown;
    if (isRecord(value)) return value;
  } catch (cause) {
    return fail(place, `must be the JSON text of an object, got ${shown(args)} (${describeError(cause).message})`, args);
  }
  return fail(place, `must be the JSON text of an object, got ${shown(args)}`, args);
}

function toResult(message: Readonly<Record<string, unknown>>, place: MessagePlace, called: ReadonlyMap<string, string>): ChatMessage {
  const { tool_call_id: id } = message;
  if (!isAbsent(id) && typeof id !== 'string') fail(at(place, 'tool_call_id'), `must be a string, got ${shown(id)}`, id);
  const tool = typeof id === 'string' ? called.get(id) : undefined;
  if (typeof id === 'string' && tool === undefined) fail(at(place, 'tool_call_id'), `no earlier message has a call with the id ${shown(id)}`, id);
  return {
    role: 'tool',
    content: toText(message['content'], at(place, 'content')),
    ...(typeof id === 'string' ? { tool_call_id: id } : {}),
    ...(tool === undefined ? {} : { name: tool }),
    ...nameOf(message, place),
  };
}

function toText(content: unknown, place: MessagePlace): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return fail(place, `must be a text or a list of text parts, got ${shown(content)}`, content);
  return content.map((part: unknown, index) => toPart(part, at(place, index))).join('');
}

const TEXT_PARTS: readonly unknown[] = ['text', 'input_text', 'output_text'] satisfies TextPart['type'][];

function toPart(part: unknown, place: MessagePlace): string {
  if (!isRecord(part)) return fail(place, `must be a text part, got ${shown(part)}`, part);
  const { type, text } = part;
  if (!TEXT_PARTS.includes(type)) fail(at(place, 'type'), `must be "text": only text can be read, got ${shown(type)}`, type);
  return typeof text === 'string' ? text : fail(at(place, 'text'), `must be a string, got ${shown(text)}`, text);
}

function nameOf({ name }: Readonly<Record<string, unknown>>, place: MessagePlace): { readonly name?: string } {
  if (isAbsent(name)) return {};
  return typeof name === 'string' ? { name } : fail(at(place, 'name'), `must be a string, got ${shown(name)}`, name);
}

/** Clients write null for "not said". */
function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function at(place: MessagePlace, step: string | number): MessagePlace {
  const added = typeof step === 'number' ? `[${step}]` : step;
  if (place.path === undefined) return { ...place, path: added };
  return { ...place, path: typeof step === 'number' ? place.path + added : `${place.path}.${added}` };
}

function fail({ index, path }: MessagePlace, problem: string, value: unknown): never {
  const where = `messages[${index}]${path === undefined ? '' : `.${path}`}`;
  throw new SurecallError('SURECALL_INVALID_MESSAGES', `${where}: ${problem}`, { details: { index, path, value } });
}
