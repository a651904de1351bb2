// Plain JSON, as the seed programs write it: {"name": "NAME", "parameters": {...}} and nothing around it. For models
// that have no format of their own, or whose own is not known.

import type { Tool } from '../tools/tool.js';
import type { ChatInput, ParsedCall, TagOptions, WireFormat } from './format.js';
import type { ChatMessage } from './message.js';
import { endOfObject, parseRepaired, readCall, skipSpace, unreadable } from './scan.js';
import type { StructuralTag } from './structural-tag.js';
import { callTag, type CallSpelling } from './tags.js';

const spelling: CallSpelling = {
  begin: (name) => `{"name": ${JSON.stringify(name)}, "parameters": `,
  end: '}',
  trigger: '{"name": ',
  excludes: ['<think>', '</think>'],
};

// Each object that is no call costs a scan to its end. More of them than this are not an answer but an attack.
const MAX_OTHER_OBJECTS = 256;

/** The plain JSON format. */
export const jsonFormat: WireFormat = {
  name: 'json',
  whitespace: 'spaced',

  structuralTag(tools: readonly Tool[], options: TagOptions = {}): StructuralTag {
    return callTag(tools, options, spelling);
  },

  chat(tools: readonly Tool[], messages: readonly ChatMessage[]): ChatInput {
    const [first, ...rest] = messages;
    // Many templates take one system message, and only in first place.
    if (first?.role === 'system') {
      const content = `${instructions(tools)}\n\n${first.content}`;
      return { messages: [{ ...first, content }, ...rest], enableThinking: false };
    }
    return { messages: [{ role: 'system', content: instructions(tools) }, ...messages], enableThinking: false };
  },

  /** Objects with a name and parameters, wherever they stand: alone, in a list, in prose, in a code fence. */
  parse(text: string): ParsedCall[] {
    const calls: ParsedCall[] = [];
    let broken: number | undefined;
    let others = 0;
    let at = text.indexOf('{');
    while (at >= 0 && others < MAX_OTHER_OBJECTS) {
      const end = endOfObject(text, at);
      const call = end === undefined ? undefined : readCall(parseRepaired(text.slice(at, end)), at, end);
      if (call !== undefined) calls.push(call);
      else {
        others++;
        if (looksLikeCall(text, at)) broken ??= at;
      }
      // An object that is no call may hold one: look on inside it.
      at = text.indexOf('{', call?.end ?? at + 1);
    }
    if (calls.length === 0 && broken !== undefined) unreadable(text, broken, 'is not a JSON object with name and parameters');
    return calls;
  },
};

function looksLikeCall(text: string, at: number): boolean {
  return text.startsWith('"name"', skipSpace(text, at + 1));
}

function instructions(tools: readonly Tool[]): string {
  const lines = tools.map(
    ({ name, description, parameters }) =>
      `{"name": ${JSON.stringify(name)}, "description": ${JSON.stringify(description)}, "parameters": ${JSON.stringify(parameters)}}`,
  );
  return [
    'You call functions. These are the functions, one per line:',
    '',
    ...lines,
    '',
    'Choose the function that fits the request and answer with one JSON object and nothing else:',
    '{"name": "the function\'s name", "parameters": {"each parameter": "its value, taken from the request"}}',
  ].join('\n');
}
