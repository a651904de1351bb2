// The chat template that comes inside a GGUF file, rendered by a Jinja library.

import { Template } from '@huggingface/jinja';
import { SurecallError } from '../errors.js';
import type { ChatMessage } from '../formats/message.js';

/** What a template is rendered with. */
export interface ChatTemplateInput {
  readonly messages: readonly ChatMessage[];
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

  /** @throws SurecallError `SURECALL_CHAT_TEMPLATE` where the source is not a template that the library can parse. */
  constructor(source: string) {
    try {
      this.#template = new Template(source);
    } catch (cause) {
      throw failure('cannot be parsed', cause);
    }
    preferMethods(this.#template.parsed);
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

/**
 * Turns each `x.items()` in a syntax tree into `x | items`. In Jinja a mapping's method comes before its member of the
 * same name; in this library it is the other way round, so that a tool with a parameter called "items" would not render.
 */
function preferMethods(node: unknown): void {
  if (Array.isArray(node)) {
    node.forEach(preferMethods);
    return;
  }
  if (typeof node !== 'object' || node === null) return;
  const syntax = node as Record<string, unknown>;
  for (const child of Object.values(syntax)) preferMethods(child);
  const operand = operandOfItems(syntax);
  if (operand === undefined) return;
  syntax['type'] = 'FilterExpression';
  syntax['operand'] = operand;
  syntax['filter'] = { type: 'Identifier', value: 'items' };
}

function operandOfItems(syntax: Readonly<Record<string, unknown>>): unknown {
  const { type, callee, args } = syntax;
  if (type !== 'CallExpression' || !Array.isArray(args) || args.length > 0) return undefined;
  const member = callee as { type?: string; computed?: boolean; object?: unknown; property?: { value?: unknown } };
  return member.type === 'MemberExpression' && member.computed === false && member.property?.value === 'items'
    ? member.object
    : undefined;
}
