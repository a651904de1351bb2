// One entry of the input: a prompt, or what is wrong with it, and the key by which its record is known in the output.

import type { Prompt } from '../caller/messages.js';
import { describeError, SurecallError, shown } from '../errors.js';
import type { ChatMessage } from '../formats/index.js';

/** What a record repeats of its item, so that the two can be told to belong together. */
export type ItemKey = { readonly id?: string | number } & (
  | { readonly prompt: string }
  | { readonly messages: readonly ChatMessage[] }
  | { readonly line: number }
);

/** An entry of the input. One with an error is not shown to the model. */
export type Item =
  | { readonly key: ItemKey; readonly prompt: Prompt; readonly error?: undefined }
  | { readonly key: ItemKey; readonly error: SurecallError };

/** Where an entry stands. */
export interface ItemPlace {
  /** The file and the place in it, as error messages begin. */
  readonly where: string;
  /** Its number, from 1: the key of entries that have no other. */
  readonly number: number;
}

/** An entry from a line of JSON. */
export function itemFromText(text: string, place: ItemPlace): Item {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return faultyItem(place, 'SURECALL_BAD_JSON', `is not JSON: ${describeError(cause).message}`, cause);
  }
  return toItem(value, place);
}

/** An entry from its value: a text, `{"prompt"}` or `{"messages"}`, these two with an `"id"` or without. */
export function toItem(value: unknown, place: ItemPlace): Item {
  let key: { readonly id?: string | number } = {};
  const refuse = (problem: string): Item => {
    const { error } = faultyItem(place, 'SURECALL_INVALID_INPUT_FILE', problem);
    return { key: { ...key, line: place.number }, error };
  };
  if (typeof value === 'string') return { key: { prompt: value }, prompt: value };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(`must be an object with a prompt, got ${shown(value)}`);
  const { id, prompt, messages } = value as { readonly id?: unknown; readonly prompt?: unknown; readonly messages?: unknown };
  if (id !== undefined && typeof id !== 'string' && typeof id !== 'number') return refuse(`id: must be a string or a number, got ${shown(id)}`);
  if (id !== undefined) key = { id };
  if (prompt !== undefined && messages !== undefined) return refuse('has both a prompt and messages');
  if (messages !== undefined) {
    if (!isConversation(messages)) return refuse(`messages: must be a list of objects with a role, got ${shown(messages)}`);
    return { key: { ...key, messages }, prompt: messages };
  }
  if (prompt === undefined) return refuse('prompt: is missing');
  if (typeof prompt !== 'string') return refuse(`prompt: must be a string, got ${shown(prompt)}`);
  return { key: { ...key, prompt }, prompt };
}

/** An entry that cannot be used. */
export function faultyItem({ where, number }: ItemPlace, code: 'SURECALL_BAD_JSON' | 'SURECALL_INVALID_INPUT_FILE', problem: string, cause?: unknown): Item & { readonly error: SurecallError } {
  return { key: { line: number }, error: new SurecallError(code, `${where}: ${problem}`, { cause, details: { line: number } }) };
}

/** The rest is checked when the conversation is answered. What is too deep to be written again could not stand in the output. */
function isConversation(value: unknown): value is readonly ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0) return false;
  if (!value.every((message: unknown) => typeof message === 'object' && message !== null && typeof (message as { role?: unknown }).role === 'string')) return false;
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** The key in a record or an item as text, equal for those that belong together. */
export function keyText(holder: object): string {
  const { id, prompt, messages, line } = holder as Record<string, unknown>;
  return JSON.stringify({ id, prompt, messages, line });
}
