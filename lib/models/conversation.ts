// A conversation in the form that a model's chat template wants. What a template does not show - some know no calls, no
// results or no system messages - is written into the texts around it, so that the model sees it all the same.

import type { ChatMessage, ChatToolCall } from '../formats/message.js';
import { spacedJson } from '../json.js';
import type { TemplateTraits } from './template-traits.js';

/** A message as chat templates read it. */
export type TemplateMessage = Omit<ChatMessage, 'content'> & { readonly content: string | null };

/** Writes a call as the model would. */
export type SpellCall = (name: string, args: Readonly<Record<string, unknown>>) => string;

/** True where a template may need a conversation in another form than the usual one. */
export function needsTraits(messages: readonly ChatMessage[]): boolean {
  return messages.some(({ role, tool_calls: calls }) => role === 'system' || role === 'tool' || calls !== undefined);
}

/** The same conversation in the form that the template wants. */
export function adapt(messages: readonly ChatMessage[], traits: TemplateTraits, spell: SpellCall): TemplateMessage[] {
  let adapted = messages;
  if (traits.ids !== 'any') adapted = withIds(adapted, traits.ids);
  if (traits.calls === 'none') adapted = adapted.map((message) => withSpelledCalls(message, spell));
  if (!traits.results) adapted = withoutRole('tool', adapted, resultText);
  if (!traits.system) adapted = withoutRole('system', adapted, ({ content }) => content);
  return adapted.map((message) => withArguments(message, traits));
}

function withArguments(message: ChatMessage, { calls, emptyContent }: TemplateTraits): TemplateMessage {
  if (message.tool_calls === undefined) return message;
  const content = message.content === '' ? emptyContent : message.content;
  if (calls !== 'text') return { ...message, content };
  const written = ({ function: called, ...rest }: ChatToolCall): ChatToolCall => ({ ...rest, function: { ...called, arguments: jsonText(called.arguments) } });
  return { ...message, content, tool_calls: message.tool_calls.map(written) };
}

function withSpelledCalls({ tool_calls: calls, ...message }: ChatMessage, spell: SpellCall): ChatMessage {
  if (calls === undefined) return message;
  const spelled = calls.map(({ function: { name, arguments: args } }) => spell(name, asObject(args)));
  return { ...message, content: [...(message.content === '' ? [] : [message.content]), ...spelled].join('\n') };
}

function resultText({ name, content }: ChatMessage): string {
  return `${name === undefined ? 'Result' : `Result of ${name}`}: ${content}`;
}

/** Messages of a role that the template does not know are said by the user, with what he says next: turns alternate. */
function withoutRole(role: 'tool' | 'system', messages: readonly ChatMessage[], text: (message: ChatMessage) => string): ChatMessage[] {
  const kept: ChatMessage[] = [];
  let pending: string[] = [];
  const flush = (): void => {
    if (pending.length > 0) kept.push({ role: 'user', content: pending.join('\n\n') });
    pending = [];
  };
  for (const message of messages) {
    if (message.role === role) pending.push(text(message));
    else if (message.role === 'user' && pending.length > 0) {
      kept.push({ ...message, content: [...pending, message.content].join('\n\n') });
      pending = [];
    } else {
      flush();
      kept.push(message);
    }
  }
  flush();
  return kept;
}

/** Calls are numbered through the conversation; results follow by the ids that they had, or in order where they have none. */
function withIds(messages: readonly ChatMessage[], kind: 'nine' | 'kimi'): ChatMessage[] {
  const ids = new Map<string, string>();
  let waiting: string[] = [];
  let count = 0;
  return messages.map((message) => {
    if (message.role === 'tool') {
      const id = (message.tool_call_id === undefined ? undefined : ids.get(message.tool_call_id)) ?? waiting[0] ?? idOf(kind, message.name ?? 'unknown', count++);
      waiting = waiting.filter((one) => one !== id);
      return { ...message, tool_call_id: id };
    }
    if (message.tool_calls === undefined) return message;
    const calls = message.tool_calls.map((call) => {
      const id = idOf(kind, call.function.name, count++);
      if (call.id !== undefined) ids.set(call.id, id);
      return { ...call, id };
    });
    waiting = calls.map(({ id }) => id);
    return { ...message, tool_calls: calls };
  });
}

function idOf(kind: 'nine' | 'kimi', name: string, index: number): string {
  return kind === 'kimi' ? `functions.${name}:${index}` : `call${String(index).padStart(5, '0')}`;
}

function asObject(args: ChatToolCall['function']['arguments']): Readonly<Record<string, unknown>> {
  return typeof args === 'string' ? (JSON.parse(args) as Record<string, unknown>) : args;
}

function jsonText(args: ChatToolCall['function']['arguments']): string {
  return typeof args === 'string' ? args : spacedJson(args);
}
