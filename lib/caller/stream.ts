// An answer as events.

import type { CallEvent } from './events.js';
import type { CallResult, ToolCall } from './result.js';

/** The events of a finished answer. */
export async function* eventsOf<Call>(answer: Promise<CallResult<Call>>): AsyncGenerator<CallEvent<Call>, CallResult<Call>, undefined> {
  const result = await answer;
  if (result.thinking !== undefined) yield { type: 'thinking', delta: result.thinking };
  if (result.content !== '') yield { type: 'text', delta: result.content };
  for (const [index, call] of result.calls.entries()) {
    const { id, name, arguments: args } = call as ToolCall;
    yield { type: 'call', index, id, name };
    yield { type: 'arguments', index, delta: JSON.stringify(args) };
    yield { type: 'called', index, call };
  }
  yield { type: 'end', result };
  return result;
}
