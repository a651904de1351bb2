// From a definition to a wire format.

import { SurecallError } from '../errors.js';
import type { Tool } from '../tools/tool.js';
import { callShapes } from './call-shapes.js';
import { checkDefinition } from './check-definition.js';
import { resolveChoice, thinkingTokens } from './choice.js';
import type { FormatDefinition, ToolMessage } from './definition.js';
import { expandAnswer, type Filling, invalidFormat, type Origins } from './expand.js';
import type { ChatInput, OpenAiTool, ParsedCall, TagOptions, WireFormat } from './format.js';
import type { ChatMessage } from './message.js';
import { readCalls } from './reader.js';
import type { StructuralTag } from './structural-tag.js';
import { checkStructuralTag } from './validate.js';

/**
 * Makes a wire format of a definition, such as one read from a file.
 *
 * @throws SurecallError `SURECALL_INVALID_FORMAT` naming the path of what is wrong.
 */
export function defineFormat(definition: FormatDefinition): WireFormat {
  checkDefinition(definition);
  checkAnswers(definition);
  return knownFormat(definition);
}

/** A format whose definition need not be checked: a built-in one, which the tests check. */
export function knownFormat(definition: FormatDefinition): WireFormat {
  return new DefinedFormat(definition);
}

class DefinedFormat implements WireFormat {
  readonly definition: FormatDefinition;

  constructor(definition: FormatDefinition) {
    this.definition = definition;
  }

  get name(): string {
    return this.definition.name;
  }

  get whitespace(): 'compact' | 'spaced' {
    return this.definition.whitespace ?? 'spaced';
  }

  get thinks(): boolean {
    return this.definition.thinking !== undefined;
  }

  structuralTag(tools: readonly Tool[], options: TagOptions = {}): StructuralTag {
    const thinking = thinkingTokens(options.thinking);
    const { template, tools: some } = resolveChoice(tools, options.toolChoice);
    const single = options.parallelCalls !== true;
    const format = expandAnswer(this.definition, { choice: template, tools: some, single, thinking: this.thinks ? thinking : undefined });
    return { type: 'structural_tag', format: format ?? { type: 'const_string', value: '' } };
  }

  chat(tools: readonly Tool[], messages: readonly ChatMessage[], { thinking }: Pick<TagOptions, 'thinking'> = {}): ChatInput {
    const { prompt, variables } = this.definition;
    const enableThinking = this.thinks && thinkingTokens(thinking) !== undefined;
    // Templates have several names for the same thing.
    const usual = this.thinks ? { thinking: enableThinking, reasoning: enableThinking } : {};
    const chat = { enableThinking, variables: { ...usual, ...(enableThinking ? variables?.on : variables?.off) } };
    if (prompt === undefined) return { ...chat, messages, tools: tools.map(openAiTool) };
    return { ...chat, messages: tools.length === 0 ? messages : withToolMessage(prompt, tools, messages) };
  }

  finishPrompt(prompt: string, { thinking }: Pick<TagOptions, 'thinking'> = {}): string {
    const { thinking: how } = this.definition;
    if (how === undefined) return prompt;
    const { on, off = '', cancel = '' } = how;
    const endsWith = (text: string): boolean => text.trim() !== '' && prompt.trimEnd().endsWith(text.trimEnd());
    if (thinkingTokens(thinking) !== undefined) return endsWith(on) ? prompt : prompt + on;
    if (off !== '' && endsWith(off)) return prompt;
    return endsWith(on) ? prompt + cancel : prompt + off;
  }

  parse(text: string, tools: readonly Tool[] = []): ParsedCall[] {
    return readCalls(text, callShapes(this.definition), this.definition, tools);
  }
}

function openAiTool({ name, description, parameters }: Tool): OpenAiTool {
  return { type: 'function', function: { name, description, parameters } };
}

/** The messages with one that lists the tools. Many templates take one system message, and only in first place. */
function withToolMessage(prompt: ToolMessage, tools: readonly Tool[], messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const [first, ...rest] = messages;
  const list = tools.map((tool) => fillTool(prompt.tool, tool)).join(prompt.separator ?? '\n');
  const text = prompt.text.map((line) => line.replaceAll('${tools}', () => list)).join('\n');
  const { role, member } = prompt;
  if (member !== undefined) {
    const message = first?.role === role ? first : { role, content: '' };
    return [{ ...message, [member]: text } as ChatMessage, ...(first?.role === role ? rest : messages)];
  }
  if (role === 'user') {
    const index = messages.findIndex((message) => message.role === 'user');
    if (index >= 0) return messages.map((message, at) => (at === index ? { ...message, content: `${text}\n\n${message.content}` } : message));
  }
  if (first?.role === role) return [{ ...first, content: `${text}\n\n${first.content}` }, ...rest];
  return [{ role, content: text }, ...messages];
}

function fillTool(template: string, { name, description, parameters }: Tool): string {
  const values: Readonly<Record<string, string>> = {
    name, 'name:json': JSON.stringify(name), 'description:json': JSON.stringify(description), 'parameters:json': JSON.stringify(parameters),
  };
  return template.replaceAll(/\$\{([^}]*)\}/g, (whole, placeholder: string) => values[placeholder] ?? whole);
}

// A definition is right if all of its answers are: two tools, so that lists are lists.
const SAMPLES: readonly Tool[] = ['first', 'second'].map((name) => ({ name, description: '', parameters: { type: 'object' }, strict: true }));

/** Every answer that the definition can mean must be a structural tag; what is wrong is said with the path in the definition. */
function checkAnswers(definition: FormatDefinition): void {
  for (const choice of ['auto', 'required', 'named', 'none'] as const) {
    for (const single of [false, true]) {
      for (const thinking of definition.thinking === undefined ? [undefined] : [undefined, Infinity, 1]) {
        const tools = choice === 'named' ? SAMPLES.slice(0, 1) : SAMPLES;
        checkAnswer(definition, { choice, single, thinking, tools });
      }
    }
  }
}

function checkAnswer(definition: FormatDefinition, filling: Filling): void {
  const origins: Origins = new WeakMap();
  const format = expandAnswer(definition, filling, origins);
  if (format === undefined) {
    if (filling.choice === 'none') return;
    invalidFormat(definition.name, `/choices/${filling.choice}`, 'the answer would be empty');
  }
  try {
    checkStructuralTag({ type: 'structural_tag', format });
  } catch (error) {
    if (!(error instanceof SurecallError) || error.code !== 'SURECALL_INVALID_TAG') throw error;
    const path = String(error.details?.['path'] ?? '');
    const why = error.message.replace(/^structural tag at [^ ]*: /, '');
    invalidFormat(definition.name, originOf(format, path.replace(/^\/format/, ''), origins), why);
  }
}

/** The place in the definition of a place in a tag. */
function originOf(format: unknown, path: string, origins: Origins): string {
  let value = format;
  let origin = '';
  for (const name of ['', ...path.split('/').slice(1)]) {
    if (name !== '') {
      value = (value as Record<string, unknown> | undefined)?.[name];
      origin = `${origin}/${name}`;
    }
    if (typeof value === 'object' && value !== null) origin = origins.get(value) ?? origin;
  }
  return origin;
}
