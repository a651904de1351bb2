// An answer as events.

import type { CallEvent } from './events.js';
import type { CallResult } from './result.js';

/** The events of a finished answer. */
export async function* eventsOf(answer: Promise<CallResult>): AsyncGenerator<CallEvent, CallResult, undefined> {
  const result = await answer;
  if (result.thinking !== undefined) yield { type: 'thinking', delta: result.thinking };
  if (result.content !== '') yield { type: 'text', delta: result.content };
  for (const [index, call] of result.calls.entries()) {
    yield { type: 'call', index, id: call.id, name: call.name };
    yield { type: 'arguments', index, delta: JSON.stringify(call.arguments) };
    yield { type: 'called', index, call };
  }
  yield { type: 'end', result };
  return result;
}
