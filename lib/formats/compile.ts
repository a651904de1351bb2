// Structural tag -> program. Every format type is one method; the JSON Schemas inside go to the schema compiler, free
// text and grammars to the files beside this one.
//
// Free text inside a tag ends at the first end string of the nearest tag around it, tokens at its end token: what may
// be anything is compiled so that it cannot hold them.

import { SurecallError, shown } from '../errors.js';
import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import { SchemaCompiler, type SchemaOptions } from '../schema/compile.js';
import { compilePattern } from '../schema/pattern.js';
import { compileGrammar } from './ebnf.js';
import { isThinking, toolOf } from './captures.js';
import { amongTokens, FreeText } from './free-text.js';
import type * as tags from './structural-tag.js';
import type { Format, JsonSchemaFormat, StructuralTag, TagEntry, TokenReference } from './structural-tag.js';
import { at, invalidTag } from './tag-error.js';
import { forbiddenIn, isUnlimited, splitAtTokens } from './tag-text.js';
import { checkDistinct, checkReachable, checkTokenTriggers, triggersOfTags } from './triggers.js';
import { checkStructuralTag } from './validate.js';
import { xmlStyle } from './xml-styles.js';

/** What formats that speak of tokens must know of a vocabulary. */
export interface TokenNames {
  /** Number of token ids. */
  readonly size: number;
  /** The id of the token that is written like this; undefined if there is none. */
  tokenId(text: string): number | undefined;
  /** `control`: a token with a meaning and a name but no bytes. */
  kind(id: number): 'text' | 'control' | 'unused';
  /** Ids of tokens that end generation. */
  readonly endTokens: Uint32Array;
}

/** How a structural tag is compiled. */
export interface TagCompileOptions extends SchemaOptions {
  /** Names the capture that is put around a schema's value, a tag or a text; undefined for none. */
  readonly captureOf?: (format: Format | TagEntry) => string | undefined;
  /** Names the capture that is put around the value of each member of a schema's object; undefined for none. */
  readonly memberCaptureOf?: (format: JsonSchemaFormat) => string | undefined;
  /** Needed only for formats that speak of tokens. */
  readonly vocabulary?: TokenNames;
  /**
   * What models make of a tag, not what it says to the letter: literals that name control tokens of the vocabulary mean these
   * tokens, not their names as text; a token that ends generation may be left out; thinking ends with a token, where there is
   * one. Default false.
   */
  readonly controlTokens?: boolean;
}

/** A compiled structural tag. */
export interface CompiledTag {
  readonly program: Uint8Array;
  /** JSON pointers of schema keywords that `relax` let through. */
  readonly unenforced: readonly string[];
}

/**
 * Compiles a structural tag.
 *
 * @throws SurecallError `SURECALL_INVALID_TAG` naming the path of the fault; `SURECALL_UNSUPPORTED_SCHEMA` from the
 * schemas inside.
 */
export function compileTag(builder: ProgramBuilder, tag: StructuralTag, options: TagCompileOptions = {}): CompiledTag {
  checkStructuralTag(tag);
  const compiler = new TagCompiler(builder, options);
  const root = compiler.compile(tag.format, '/format', OUTSIDE);
  return { program: builder.finish(root), unenforced: compiler.schemas.unenforced };
}

/** What stands around a format. */
interface Around {
  /** End strings and end token of the nearest tag. */
  readonly ends: readonly string[];
  readonly endTokens: readonly number[];
  /** What comes directly behind the format, as far as it is known: end strings of the tag, if the format is its last part. */
  readonly followers: readonly string[];
}
const OUTSIDE: Around = { ends: [], endTokens: [], followers: [] };

class TagCompiler {
  readonly schemas: SchemaCompiler;
  readonly #builder: ProgramBuilder;
  readonly #options: TagCompileOptions;
  readonly #tokens = new Map<string, number | undefined>();

  constructor(builder: ProgramBuilder, options: TagCompileOptions) {
    this.#builder = builder;
    this.#options = options;
    this.schemas = new SchemaCompiler(builder, options);
  }

  compile(format: Format, path: string, around: Around): ProgramNode {
    const node = this.#compile(format, path, around);
    // What a tag or a schema is captured as is known where it is compiled: both are also parts of other formats.
    return format.type === 'tag' || format.type === 'json_schema' ? node : this.#captured(format, node);
  }

  #captured(format: Format | TagEntry, node: ProgramNode): ProgramNode {
    const name = this.#options.captureOf?.(format);
    return name === undefined ? node : this.#builder.capture(name, node);
  }

  #compile(format: Format, path: string, around: Around): ProgramNode {
    const builder = this.#builder;
    const notLast = { ...around, followers: [] };
    switch (format.type) {
      case 'const_string':
        return this.#literal(format.value);
      case 'json_schema':
        return this.#schema(format, path);
      case 'qwen_xml_parameter':
        return this.#schema({ type: 'json_schema', json_schema: format.json_schema, style: 'qwen_xml' }, path);
      case 'grammar':
        return compileGrammar(builder, format.grammar, `${path}/grammar`);
      case 'regex':
        return this.#regex(format, path);
      case 'any_text':
        return this.#anyText(format, around);
      case 'sequence':
        return builder.sequence(...format.elements.map((element, index) =>
          this.compile(element, `${path}/elements/${index}`, index === format.elements.length - 1 ? around : notLast)));
      case 'or':
        return builder.alternatives(...format.elements.map((element, index) => this.compile(element, `${path}/elements/${index}`, around)));
      case 'optional':
        return builder.optional(this.compile(format.content, `${path}/content`, around));
      case 'plus':
        return builder.repeat(this.compile(format.content, `${path}/content`, notLast), { min: 1 });
      case 'star':
        return builder.repeat(this.compile(format.content, `${path}/content`, notLast));
      case 'repeat':
        return this.#repeat(format, path, notLast);
      case 'tag':
        return this.#tag(format, path);
      case 'triggered_tags':
        return this.#triggeredTags(format, path, around);
      case 'tags_with_separator':
        return this.#separatedTags(format, path);
      case 'dispatch':
        return this.#dispatch(format, path, around);
      case 'token':
        return builder.token(this.#token(format.token, `${path}/token`));
      case 'exclude_token':
        return builder.anyTokenBut([...this.#excluded(format, path), ...around.endTokens]);
      case 'any_tokens':
        return this.#anyTokens(format, path, around);
      case 'token_triggered_tags':
        return this.#tokenTriggeredTags(format, path, around);
      case 'token_dispatch':
        return this.#tokenDispatch(format, path, around);
    }
  }

  // Primitive formats

  #schema(format: JsonSchemaFormat, path: string): ProgramNode {
    const { style = 'json', any_order: anyOrder } = format;
    const builder = this.#builder;
    const { limits } = this.#options;
    const member = this.#options.memberCaptureOf?.(format);
    const mark = member === undefined ? undefined : (node: ProgramNode) => builder.capture(member, node);
    const value = ofTool(format, () => this.schemas.compile(format.json_schema, `${path}/json_schema`, {
      style: style === 'json' ? undefined : xmlStyle(builder, style, { mark, whitespaceRun: limits?.whitespaceRun }),
      mark,
      propertyOrder: anyOrder === undefined ? undefined : anyOrder ? 'any' : 'declared',
    }));
    return this.#captured(format, value);
  }

  #regex({ pattern }: tags.RegexFormat, path: string): ProgramNode {
    return at(`${path}/pattern`, () => {
      // By itself first: what is wrong alone must not become right inside the group.
      compilePattern(pattern);
      return this.#builder.textValue({ ...compilePattern(`^(?:${pattern})$`), spelling: 'raw' });
    });
  }

  #anyText({ excludes = [], max_tokens, max_chars }: tags.AnyTextFormat, around: Around): ProgramNode {
    const text = new FreeText(this.#builder, [...excludes, ...around.ends]);
    return text.before(around.followers, { characters: max_chars ?? undefined, tokens: max_tokens ?? undefined });
  }

  #repeat({ min, max, content }: tags.RepeatFormat, path: string, around: Around): ProgramNode {
    if (max !== -1 && max < min) invalidTag(`${path}/max`, `is less than min, which is ${min}`, { value: max });
    return this.#builder.repeat(this.compile(content, `${path}/content`, around), { min, max: max === -1 ? Infinity : max });
  }

  // Tags

  #tag(format: TagEntry, path: string): ProgramNode {
    return this.#captured(format, this.#tagItself(format, path));
  }

  #tagItself({ begin, content, end }: TagEntry, path: string): ProgramNode {
    const builder = this.#builder;
    const first = typeof begin === 'string' ? this.#literal(begin) : this.compile(begin, `${path}/begin`, OUTSIDE);
    const inside = (around: Around): ProgramNode => this.compile(content, `${path}/content`, around);
    if (typeof end === 'object' && 'type' in end) {
      const token = this.#token(end.token, `${path}/end/token`);
      return builder.sequence(first, inside({ ends: [], endTokens: [token], followers: [] }), builder.token(token));
    }
    const listed = typeof end === 'string' ? [end] : end;
    const thought = isThinking(content) ? this.#tokensOf(listed) : undefined;
    if (thought !== undefined) {
      const last = builder.alternatives(...thought.map((token) => builder.token(token)));
      return builder.sequence(first, inside({ ends: listed, endTokens: thought, followers: [] }), last);
    }
    const ends = listed.includes('') ? listed.filter((one) => one !== '') : listed;
    if (ends.length === 0 && isUnlimited(content)) invalidTag(`${path}/end`, 'must not be empty: the content would never end', { value: end });
    // Nearly always one group. With an empty end always: then anything may come behind.
    const groups = listed.length === 1 || ends.length < listed.length ? [listed] : new FreeText(builder, [...ends, ...forbiddenIn(content)]).groups(ends);
    const ways = groups.map((group) => {
      const followers = ends.length < listed.length ? [] : group;
      return builder.sequence(inside({ ends, endTokens: [], followers }), builder.alternatives(...group.map((one) => this.#literal(one))));
    });
    return builder.sequence(first, builder.alternatives(...ways));
  }

  #triggeredTags(format: tags.TriggeredTagsFormat, path: string, around: Around): ProgramNode {
    const { triggers, tags: entries, at_least_one: atOnce = false, stop_after_first: stop = false, excludes = [] } = format;
    const found = triggersOfTags(triggers, entries.map(({ begin }) => begin as string), path);
    const forbidden = [...excludes, ...around.ends];
    if (!atOnce || !stop) checkReachable(triggers, forbidden, (index) => `${path}/triggers/${index}`);
    const dispatches = entries.map((entry, index) => ({ trigger: found[index] as string, node: this.#tag(entry, `${path}/tags/${index}`) }));
    const text = new FreeText(this.#builder, [...triggers, ...forbidden]);
    return text.dispatch(dispatches, { loop: !stop, atOnce, followers: around.followers });
  }

  #separatedTags(format: tags.TagsWithSeparatorFormat, path: string): ProgramNode {
    const { tags: entries, separator, at_least_one: atLeastOne = false, stop_after_first: stop = false } = format;
    const builder = this.#builder;
    const tag = builder.alternatives(...entries.map((entry, index) => this.#tag(entry, `${path}/tags/${index}`)));
    return builder.repeat(tag, {
      min: atLeastOne ? 1 : 0,
      max: stop ? 1 : Infinity,
      ...(separator === '' ? {} : { separator: this.#literal(separator) }),
    });
  }

  #dispatch({ rules, loop = true, excludes = [] }: tags.DispatchFormat, path: string, around: Around): ProgramNode {
    const builder = this.#builder;
    const triggers = rules.map(([trigger]) => trigger);
    const forbidden = [...excludes, ...around.ends];
    checkDistinct(triggers, `${path}/rules`, '/0');
    checkReachable(triggers, forbidden, (index) => `${path}/rules/${index}/0`);
    const inside = loop ? { ...around, followers: [] } : around;
    const dispatches = rules.map(([trigger, content], index) => ({
      trigger,
      node: builder.sequence(this.#literal(trigger), this.compile(content, `${path}/rules/${index}/1`, inside)),
    }));
    const text = new FreeText(builder, [...triggers, ...forbidden]);
    return text.dispatch(dispatches, { loop, atOnce: false, followers: around.followers });
  }

  // Tokens

  #anyTokens(format: tags.AnyTokensFormat, path: string, around: Around): ProgramNode {
    const token = this.#builder.anyTokenBut([...this.#excluded(format, path), ...around.endTokens]);
    return this.#builder.repeat(token, { max: format.max_tokens ?? Infinity });
  }

  #tokenTriggeredTags(format: tags.TokenTriggeredTagsFormat, path: string, around: Around): ProgramNode {
    const { trigger_tokens: references, tags: entries, at_least_one: atOnce = false, stop_after_first: stop = false } = format;
    const triggers = references.map((token, index) => this.#token(token, `${path}/trigger_tokens/${index}`));
    const begins = entries.map(({ begin }, index) => this.#token((begin as tags.TokenFormat).token, `${path}/tags/${index}/begin/token`));
    for (const [index, begin] of begins.entries()) {
      if (!triggers.includes(begin)) invalidTag(`${path}/tags/${index}/begin`, 'is none of the triggers', { value: entries[index]?.begin });
    }
    for (const [index, trigger] of triggers.entries()) {
      if (!begins.includes(trigger)) invalidTag(`${path}/trigger_tokens/${index}`, 'no tag begins with this trigger', { value: references[index] });
    }
    const excluded = [...this.#excluded(format, path), ...around.endTokens];
    checkTokenTriggers(triggers, excluded, (index) => `${path}/trigger_tokens/${index}`);
    const nodes = entries.map((entry, index) => this.#tag(entry, `${path}/tags/${index}`));
    return amongTokens(this.#builder, nodes, [...triggers, ...excluded], { loop: !stop, atOnce });
  }

  #tokenDispatch(format: tags.TokenDispatchFormat, path: string, around: Around): ProgramNode {
    const { rules, loop = true } = format;
    const builder = this.#builder;
    const triggers = rules.map(([token], index) => this.#token(token, `${path}/rules/${index}/0`));
    const excluded = [...this.#excluded(format, path), ...around.endTokens];
    checkTokenTriggers(triggers, excluded, (index) => `${path}/rules/${index}/0`);
    const inside = loop ? { ...around, followers: [] } : around;
    const nodes = rules.map(([, content], index) =>
      builder.sequence(builder.token(triggers[index] as number), this.compile(content, `${path}/rules/${index}/1`, inside)));
    return amongTokens(builder, nodes, [...triggers, ...excluded], { loop, atOnce: false });
  }

  /** A string of the tag, in which the names of control tokens mean the tokens. */
  #literal(text: string): ProgramNode {
    const builder = this.#builder;
    const { vocabulary, controlTokens = false } = this.#options;
    if (!controlTokens || vocabulary === undefined) return builder.text(text);
    const parts = splitAtTokens(text, (name) => {
      const id = this.#idOf(name);
      return id !== undefined && vocabulary.kind(id) === 'control' ? id : undefined;
    });
    return builder.sequence(...parts.map((part) => {
      if (typeof part === 'string') return builder.text(part);
      // Generation ends with it: nothing is left to accept, and what follows in the tag must not wait for it.
      return vocabulary.endTokens.includes(part) ? builder.empty() : builder.token(part);
    }));
  }

  /** The tokens that are written like these texts, all of them, none that ends generation; undefined if there are none. */
  #tokensOf(texts: readonly string[]): number[] | undefined {
    const { vocabulary, controlTokens = false } = this.#options;
    if (!controlTokens || vocabulary === undefined) return undefined;
    const ids = texts.map((text) => this.#idOf(text));
    return ids.every((id): id is number => id !== undefined && !vocabulary.endTokens.includes(id)) ? ids : undefined;
  }

  #idOf(token: string): number | undefined {
    if (!this.#tokens.has(token)) this.#tokens.set(token, this.#options.vocabulary?.tokenId(token));
    return this.#tokens.get(token);
  }

  #excluded({ exclude_tokens: tokens = [] }: { readonly exclude_tokens?: readonly TokenReference[] }, path: string): number[] {
    return tokens.map((token, index) => this.#token(token, `${path}/exclude_tokens/${index}`));
  }

  #token(token: TokenReference, path: string): number {
    const { vocabulary } = this.#options;
    if (vocabulary === undefined) invalidTag(path, 'tokens mean something only to a vocabulary: compile the tag with one', { value: token });
    if (typeof token === 'number') {
      if (token >= vocabulary.size) invalidTag(path, `the vocabulary has only ${vocabulary.size} tokens`, { value: token });
      return token;
    }
    return this.#idOf(token) ?? invalidTag(path, 'the vocabulary has no such token', { value: token });
  }
}

/** Compiles the arguments of a tool; what is wrong with them is said with the tool's name. */
function ofTool<T>(format: JsonSchemaFormat, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    const tool = toolOf(format);
    if (tool === undefined || !(error instanceof SurecallError)) throw error;
    throw new SurecallError(error.code, `tool ${shown(tool)}: ${error.message}`, { cause: error, details: { ...error.details, tool } });
  }
}
