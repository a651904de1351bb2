// Free text: any text that holds none of some strings, and what may interrupt it. The first occurrence of a string is
// what counts, as if the text were searched from left to right: where a trigger or an end follows, the text before it
// must not end in a way that lets an earlier occurrence reach into it ("a" before the trigger "aa").

import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import { literalPattern } from '../schema/pattern.js';

/** How long free text may be; undefined: any length. */
export interface TextLimits {
  readonly characters?: number | undefined;
  readonly tokens?: number | undefined;
}

/** Something that a string in free text leads to. `node` holds the string itself, too. */
export interface Dispatch {
  readonly trigger: string;
  readonly node: ProgramNode;
}

/** What {@link FreeText.dispatch} does before and after. */
export interface DispatchOptions {
  /** Free text again afterwards. */
  readonly loop: boolean;
  /** No text before the first: at least one trigger. */
  readonly atOnce: boolean;
  /** What stands directly behind; empty if that is not known. */
  readonly followers: readonly string[];
}

/** Text without `forbidden` strings. */
export class FreeText {
  readonly #builder: ProgramBuilder;
  readonly #forbidden: readonly string[];
  /** By proper suffix of a forbidden string: what stands before it. */
  readonly #beginnings = new Map<string, string[]>();

  constructor(builder: ProgramBuilder, forbidden: readonly string[]) {
    this.#builder = builder;
    this.#forbidden = [...new Set(forbidden)];
    for (const one of this.#forbidden) {
      const characters = Array.from(one);
      for (let length = 1; length < characters.length; length++) {
        const suffix = characters.slice(-length).join('');
        const beginning = characters.slice(0, -length).join('');
        this.#beginnings.set(suffix, [...(this.#beginnings.get(suffix) ?? []), beginning]);
      }
    }
  }

  /** The text, where one of `followers` (or something unknown) comes next. */
  before(followers: readonly string[], limits: TextLimits = {}): ProgramNode {
    return this.#text(this.#endings(followers), limits);
  }

  /** Followers before which the text may end alike. */
  groups(followers: readonly string[]): string[][] {
    const byEndings = new Map<string, string[]>();
    for (const follower of followers) {
      const key = JSON.stringify(this.#endings([follower]));
      byEndings.set(key, [...(byEndings.get(key) ?? []), follower]);
    }
    return [...byEndings.values()];
  }

  /** Text, and at each trigger what belongs to it. */
  dispatch(dispatches: readonly Dispatch[], { loop, atOnce, followers }: DispatchOptions): ProgramNode {
    const builder = this.#builder;
    if (atOnce && !loop) return builder.alternatives(...dispatches.map(({ node }) => node));
    const again = builder.rule();
    const after = loop ? builder.call(again) : builder.empty();
    // As rules, so that what belongs to the triggers is compiled once, wherever it follows.
    const triggered = this.#groups(dispatches).map(({ endings, nodes }) => {
      const rule = builder.rule();
      builder.define(rule, builder.sequence(builder.alternatives(...nodes), after));
      return { endings, nodes: [builder.call(rule)] };
    });
    const last = { endings: this.#endings(followers), nodes: [builder.empty()] };
    const ways = merged([...triggered, last]).map(({ endings, nodes }) =>
      builder.sequence(this.#text(endings), builder.alternatives(...nodes)));
    builder.define(again, builder.alternatives(...ways));
    return atOnce ? builder.alternatives(...triggered.flatMap(({ nodes }) => nodes)) : builder.call(again);
  }

  /** Nearly always one group: triggers that cannot overlap with anything share the text before them. */
  #groups(dispatches: readonly Dispatch[]): Group[] {
    return merged(dispatches.map(({ trigger, node }) => ({ endings: this.#endings([trigger]), nodes: [node] })));
  }

  /** How the text must not end before any of `followers`. */
  #endings(followers: readonly string[]): readonly string[] {
    const endings = followers.flatMap((follower) => {
      const characters = Array.from(follower);
      return characters.flatMap((_, index) => this.#beginnings.get(characters.slice(0, index + 1).join('')) ?? []);
    });
    return [...new Set(endings)].sort();
  }

  #text(endings: readonly string[], { characters, tokens }: TextLimits = {}): ProgramNode {
    if (characters === 0 || tokens === 0) return this.#builder.empty();
    const avoid: string[] = [];
    if (this.#forbidden.length > 0) avoid.push(`[^]*(?:${triePattern(withoutLonger(this.#forbidden).map((one) => Array.from(one)))})[^]*`);
    if (endings.length > 0) avoid.push(`[^]*(?:${literalPattern(endings)})`);
    const text = this.#builder.textValue({ avoid, max: characters ?? Infinity, spelling: 'raw' });
    return tokens === undefined ? text : this.#builder.tokenLimit(text, tokens);
  }
}

/** Any tokens but some, and where one of `nodes` begins, all of it: {@link FreeText.dispatch} for tokens. */
export function amongTokens(
  builder: ProgramBuilder,
  nodes: readonly ProgramNode[],
  excluded: readonly number[],
  { loop, atOnce }: Omit<DispatchOptions, 'followers'>,
): ProgramNode {
  if (atOnce && !loop) return builder.alternatives(...nodes);
  const again = builder.rule();
  const triggered = builder.rule();
  const tokens = builder.repeat(builder.anyTokenBut(excluded));
  builder.define(triggered, builder.sequence(builder.alternatives(...nodes), loop ? builder.call(again) : builder.empty()));
  builder.define(again, builder.sequence(tokens, builder.optional(builder.call(triggered))));
  return builder.call(atOnce ? triggered : again);
}

/** A pattern for any of these strings (as characters), common beginnings once: hundreds of names compile quickly. */
function triePattern(texts: readonly (readonly string[])[]): string {
  const [first, ...others] = texts;
  if (first === undefined) return '[]';
  if (others.length === 0) return literalPattern([first.join('')]);
  let common = 0;
  while (first[common] !== undefined && others.every((other) => other[common] === first[common])) common++;
  const byNext = new Map<string, (readonly string[])[]>();
  for (const text of texts) {
    const next = text[common] ?? '';
    byNext.set(next, [...(byNext.get(next) ?? []), text.slice(common)]);
  }
  // An empty rest cannot occur: no string here is the beginning of another.
  const ways = [...byNext.values()].map((rests) => triePattern(rests)).join('|');
  return `${common === 0 ? '' : literalPattern([first.slice(0, common).join('')])}(?:${ways})`;
}

/** Strings that hold another one of them add nothing. */
function withoutLonger(texts: readonly string[]): string[] {
  const known = new Set(texts);
  return texts.filter((text) => {
    for (let from = 0; from < text.length; from++) {
      for (let to = from + 1; to <= text.length; to++) {
        if (to - from < text.length && known.has(text.slice(from, to))) return false;
      }
    }
    return true;
  });
}

/** What may follow a text that does not end in one of `endings`. */
interface Group {
  readonly endings: readonly string[];
  readonly nodes: readonly ProgramNode[];
}

/** One group for equal endings. */
function merged(groups: readonly Group[]): Group[] {
  const byEndings = new Map<string, { readonly endings: readonly string[]; readonly nodes: ProgramNode[] }>();
  for (const { endings, nodes } of groups) {
    const key = JSON.stringify(endings);
    const known = byEndings.get(key);
    if (known === undefined) byEndings.set(key, { endings, nodes: [...nodes] });
    else known.nodes.push(...nodes);
  }
  return [...byEndings.values()];
}
