// The chat template that comes inside a GGUF file, rendered by a Jinja library.

import { Template } from '@huggingface/jinja';
import { SurecallError } from '../errors.js';
import { probe, type TemplateTraits } from './template-traits.js';

/** What a template is rendered with. */
export interface ChatTemplateInput {
  /** OpenAI's shape, or whatever this template makes of it. */
  readonly messages: readonly object[];
  /** Tools as the template expects them, usually OpenAI's shape; none and an empty list are the same. */
  readonly tools?: readonly unknown[] | undefined;
  /** End with the start of the assistant's turn. Default true. */
  readonly addGenerationPrompt?: boolean;
  /** Passed on where given; templates that do not know it ignore it. */
  readonly enableThinking?: boolean | undefined;
  /** Other variables of the template. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  readonly bosToken?: string;
  readonly eosToken?: string;
}

/** A model's chat template: messages and tools in, prompt text out. */
export class ChatTemplate {
  readonly #template: Template;
  #traits: TemplateTraits | undefined;

  /** @throws SurecallError `SURECALL_CHAT_TEMPLATE` where the source is not a template that the library can parse. */
  constructor(source: string) {
    try {
      this.#template = new Template(source);
    } catch (cause) {
      throw failure('cannot be parsed', cause);
    }
    closerToJinja(this.#template.parsed);
  }

  /** In which form the template wants calls, their results and system messages. Found out when first asked for. */
  get traits(): TemplateTraits {
    return (this.#traits ??= probe(this));
  }

  /**
   * The prompt for a conversation.
   *
   * @throws SurecallError `SURECALL_CHAT_TEMPLATE` where the template refuses the messages (`raise_exception`) or uses
   * what the library does not know.
   */
  render(input: ChatTemplateInput): string {
    const { messages, tools, addGenerationPrompt = true, enableThinking, variables = {}, bosToken = '', eosToken = '' } = input;
    try {
      return this.#template.render({
        ...variables,
        messages,
        ...(tools === undefined || tools.length === 0 ? {} : { tools }),
        add_generation_prompt: addGenerationPrompt,
        ...(enableThinking === undefined ? {} : { enable_thinking: enableThinking }),
        bos_token: bosToken,
        eos_token: eosToken,
      });
    } catch (cause) {
      throw failure('cannot be rendered', cause);
    }
  }
}

function failure(what: string, cause: unknown): SurecallError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new SurecallError('SURECALL_CHAT_TEMPLATE', `the model's chat template ${what}: ${reason}`, { cause });
}

/** Changes a syntax tree where this library does not do what Jinja does. */
function closerToJinja(node: unknown): void {
  if (Array.isArray(node)) {
    node.forEach(closerToJinja);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const syntax = node as Record<string, unknown>;
  for (const child of Object.values(syntax)) closerToJinja(child);
  preferMethod(syntax);
  allowUndefinedText(syntax);
  allowUndefinedLoop(syntax);
}

/**
 * `x.items()` becomes `x | items`. In Jinja a mapping's method comes before its member of the same name; in this library
 * it is the other way round, so that a tool with a parameter called "items" would not render.
 */
function preferMethod(syntax: Record<string, unknown>): void {
  const operand = operandOfItems(syntax);
  if (operand !== undefined) Object.assign(syntax, filtered(operand, { type: 'Identifier', value: 'items' }));
}

/** `x | trim` becomes `x | default('') | trim`: to Jinja's filters of text, what is undefined is an empty text. */
function allowUndefinedText(syntax: Record<string, unknown>): void {
  const { type, operand, filter } = syntax as { readonly type?: unknown; readonly operand?: unknown; readonly filter?: { readonly value?: unknown } };
  if (type === 'FilterExpression' && TEXT_FILTERS.includes(filter?.value)) syntax['operand'] = withDefault(operand, { type: 'StringLiteral', value: '' });
}

const TEXT_FILTERS: readonly unknown[] = ['trim', 'upper', 'lower', 'title', 'capitalize'];

/** `for x in y` becomes `for x in y | default([])`: to Jinja's loops, what is undefined is empty. */
function allowUndefinedLoop(syntax: Record<string, unknown>): void {
  if (syntax['type'] !== 'For') return;
  const iterable = syntax['iterable'] as { readonly type?: unknown; readonly lhs?: unknown };
  const empty = { type: 'ArrayLiteral', value: [] };
  // `y if condition`: the condition stays outermost.
  syntax['iterable'] = iterable.type === 'SelectExpression' ? { ...iterable, lhs: withDefault(iterable.lhs, empty) } : withDefault(iterable, empty);
}

function withDefault(operand: unknown, value: object): object {
  return filtered(operand, { type: 'CallExpression', callee: { type: 'Identifier', value: 'default' }, args: [value] });
}

function filtered(operand: unknown, filter: object): object {
  return { type: 'FilterExpression', operand, filter };
}

function operandOfItems(syntax: Readonly<Record<string, unknown>>): unknown {
  const { type, callee, args } = syntax;
  if (type !== 'CallExpression' || !Array.isArray(args) || args.length > 0) return undefined;
  const member = callee as { type?: string; computed?: boolean; object?: unknown; property?: { value?: unknown } };
  return member.type === 'MemberExpression' && member.computed === false && member.property?.value === 'items'
    ? member.object
    : undefined;
}
