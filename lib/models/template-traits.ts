// What a chat template can show of earlier calls, and in which form it wants them. Templates do not say, so they are asked:
// a conversation with a call and a result is rendered in several forms until both appear.

import type { ChatTemplate } from './chat-template.js';

/** How calls, results and system messages must be given to a template. */
export interface TemplateTraits {
  /** Arguments as objects (most templates), as JSON text (those that join it to a string), or calls are not shown at all. */
  readonly calls: 'object' | 'text' | 'none';
  /** The content of a message with calls: some templates look for null. */
  readonly emptyContent: '' | null;
  /**
   * Which ids calls may have: any; nine letters and digits, as Mistral's templates demand; or `functions.NAME:INDEX`, as in
   * Kimi K2's, which show a call by its id alone.
   */
  readonly ids: 'any' | 'nine' | 'kimi';
  /** Messages of the role `tool` are shown. */
  readonly results: boolean;
  /** Messages of the role `system` are accepted. */
  readonly system: boolean;
}

const NAME = 'probed_function';
const PARAMETER = 'probed_parameter';
const VALUE = 'probed_value';
const RESULT = 'probed_result';
const TOOL = {
  type: 'function',
  function: { name: NAME, description: '', parameters: { type: 'object', properties: { [PARAMETER]: { type: 'string', description: '' } }, required: [PARAMETER] } },
};

// The usual form first: the first one that shows a call is taken.
const FORMS = (['object', 'text'] as const).flatMap((calls) =>
  (['', null] as const).flatMap((emptyContent) => (['any', 'nine'] as const).map((ids) => ({ calls, emptyContent, ids }))),
);

/** Asks a template. Never fails: a template that shows nothing has no calls and no results. */
export function probe(template: ChatTemplate): TemplateTraits {
  const system = tryRender(template, [{ role: 'system', content: 'x' }, { role: 'user', content: 'x' }]) !== undefined;
  for (const form of FORMS) {
    const messages = conversation(form);
    const text = tryRender(template, messages);
    if (text === undefined || !showsArguments(text)) continue;
    return { ...form, ids: showsName(template, messages.slice(0, 2)) ? form.ids : 'kimi', results: text.includes(RESULT), system };
  }
  const results = tryRender(template, withoutCalls())?.includes(RESULT) === true;
  return { calls: 'none', emptyContent: '', ids: 'any', results, system };
}

/** As a member, not as escaped JSON text inside of JSON. */
function showsArguments(text: string): boolean {
  const at = text.indexOf(VALUE);
  return at >= 0 && !text.includes(`\\"${VALUE}`) && text.slice(0, at).includes(PARAMETER);
}

/** The name occurs more often than in the list of tools. */
function showsName(template: ChatTemplate, call: readonly object[]): boolean {
  const occurrences = (messages: readonly object[]): number => tryRender(template, messages)?.split(NAME).length ?? 0;
  return occurrences(call) > occurrences(call.slice(0, 1));
}

function conversation({ calls, emptyContent, ids }: (typeof FORMS)[number]): object[] {
  const id = ids === 'nine' ? 'abcdefghi' : 'call_0';
  const args = { [PARAMETER]: VALUE };
  return [
    { role: 'user', content: 'x' },
    { role: 'assistant', content: emptyContent, tool_calls: [{ id, type: 'function', function: { name: NAME, arguments: calls === 'object' ? args : JSON.stringify(args) } }] },
    { role: 'tool', content: RESULT, tool_call_id: id, name: NAME },
  ];
}

function withoutCalls(): object[] {
  return [{ role: 'user', content: 'x' }, { role: 'assistant', content: 'x' }, { role: 'tool', content: RESULT, name: NAME, tool_call_id: 'call_0' }];
}

function tryRender(template: ChatTemplate, messages: readonly object[]): string | undefined {
  try {
    return template.render({ messages, tools: [TOOL] });
  } catch {
    return undefined;
  }
}
