// From a conversation to what the model reads: the wire format's layout, the form that the chat template wants, the template,
// and tokens where a text holds the name of one.

import type { ChatMessage, TagOptions, WireFormat } from '../formats/index.js';
import { adapt, needsTraits } from '../models/conversation.js';
import type { Model } from '../models/model.js';
import type { Tool } from '../tools/index.js';
import { spellCall } from './spell-call.js';

/** Writes the prompts of one caller. */
export class PromptWriter {
  readonly #model: Model;
  readonly #format: WireFormat;
  readonly #tools: readonly Tool[];
  readonly #options: TagOptions;

  constructor(model: Model, format: WireFormat, tools: readonly Tool[], options: TagOptions) {
    this.#model = model;
    this.#format = format;
    // What is told of tools, without their functions and the schemas of other libraries.
    this.#tools = tools.map(({ name, description, parameters, strict, returns }) => ({ name, description, parameters, strict, ...(returns === undefined ? {} : { returns }) }));
    this.#options = options;
  }

  /**
   * The text that the model sees.
   *
   * @throws SurecallError `SURECALL_CHAT_TEMPLATE`.
   */
  text(messages: readonly ChatMessage[]): string {
    return this.#render({ messages, tools: this.#tools });
  }

  /**
   * The same for the engine: as text, or as tokens where a message or a tool holds the name of a control token, which stays
   * text. What the wire format and the template write is theirs, tokens included.
   *
   * @throws SurecallError `SURECALL_CHAT_TEMPLATE`, `SURECALL_DISPOSED`.
   */
  encode(messages: readonly ChatMessage[]): string | Uint32Array {
    const prompt = this.#model.guard.render({ messages, tools: this.#tools }, (said) => this.#render(said));
    return typeof prompt === 'string' ? prompt : this.#withBos(prompt);
  }

  #render({ messages, tools }: { readonly messages: readonly ChatMessage[]; readonly tools: readonly Tool[] }): string {
    const { info: { bosToken, eosToken, addsBos }, chatTemplate } = this.#model;
    const chat = this.#format.chat(tools, messages, this.#options);
    const spell = (name: string, args: Readonly<Record<string, unknown>>): string => spellCall(this.#format, tools, name, args);
    const adapted = needsTraits(chat.messages) ? adapt(chat.messages, chatTemplate.traits, spell) : chat.messages;
    const rendered = chatTemplate.render({ ...chat, messages: adapted, addGenerationPrompt: true, bosToken, eosToken });
    const text = this.#format.finishPrompt(rendered, this.#options);
    // The beginning-of-sequence token is put in front later: a template that also does would double it.
    return addsBos && bosToken !== '' && text.startsWith(bosToken) ? text.slice(bosToken.length) : text;
  }

  /** As the engine does it with a text. */
  #withBos(tokens: Uint32Array): Uint32Array {
    const { addsBos, bosId } = this.#model.info;
    if (!addsBos || bosId === undefined || tokens[0] === bosId) return tokens;
    return Uint32Array.of(bosId, ...tokens);
  }
}

/** What was said and found out, from which argument values are mostly copied. */
export function copiedFrom(messages: readonly ChatMessage[]): string {
  return messages.flatMap(({ role, content }) => (role === 'user' || role === 'tool' ? [content] : [])).join('\n');
}
