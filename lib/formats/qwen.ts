// Qwen 2.5, Qwen 3 and Hermes: each call in a <tool_call> tag, after an empty <think> block where the model thinks.

import type { Tool } from '../tools/tool.js';
import type { ChatInput, OpenAiTool, ParsedCall, TagOptions, WireFormat } from './format.js';
import type { ChatMessage } from './message.js';
import { endOfObject, parseRepaired, readCall, skipSpace, unreadable } from './scan.js';
import type { StructuralTag } from './structural-tag.js';
import { callTag, type CallSpelling } from './tags.js';

const OPEN = '<tool_call>';
const CLOSE = '</tool_call>';

const spelling: CallSpelling = {
  begin: (name) => `${OPEN}\n{"name": ${JSON.stringify(name)}, "arguments": `,
  end: `}\n${CLOSE}`,
  trigger: OPEN,
  excludes: ['<think>', '</think>'],
};

/** The format of Qwen 2.5, Qwen 3 and Hermes. */
export const qwenFormat: WireFormat = {
  name: 'qwen',
  whitespace: 'spaced',

  structuralTag(tools: readonly Tool[], options: TagOptions = {}): StructuralTag {
    return callTag(tools, options, spelling);
  },

  chat(tools: readonly Tool[], messages: readonly ChatMessage[]): ChatInput {
    return { messages, tools: tools.map(openAiTool), enableThinking: false };
  },

  parse(text: string): ParsedCall[] {
    const calls: ParsedCall[] = [];
    let at = text.indexOf(OPEN, endOfThinking(text));
    while (at >= 0) {
      const call = parseTag(text, at);
      calls.push(call);
      at = text.indexOf(OPEN, call.end);
    }
    return calls;
  },
};

function openAiTool({ name, description, parameters }: Tool): OpenAiTool {
  return { type: 'function', function: { name, description, parameters } };
}

/** A thinking block at the start may talk about tool calls without making any. */
function endOfThinking(text: string): number {
  if (!text.startsWith('<think>', skipSpace(text, 0))) return 0;
  const end = text.indexOf('</think>');
  return end < 0 ? text.length : end;
}

function parseTag(text: string, start: number): ParsedCall {
  const open = skipSpace(text, start + OPEN.length);
  if (text[open] !== '{') unreadable(text, start, 'no JSON object follows the tag');
  const [json, end] = tagContent(text, start, open);
  return readCall(parseRepaired(json), start, end) ?? unreadable(text, start, 'is not a JSON object with name and arguments');
}

/** The object and the end of its tag. The closing tag may be missing at the end of the text: it is often a stop word. */
function tagContent(text: string, start: number, open: number): [json: string, end: number] {
  const closed = endOfObject(text, open);
  if (closed !== undefined) {
    const after = skipSpace(text, closed);
    if (text.startsWith(CLOSE, after)) return [text.slice(open, closed), after + CLOSE.length];
    if (after === text.length) return [text.slice(open, closed), closed];
  }
  return unreadable(text, start, 'the call does not end');
}
