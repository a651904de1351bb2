// Structural tags: the JSON vocabulary that xgrammar documents and other servers accept, as types. A tag is a tree of
// formats; each says which text, or which tokens, may come next. Member names are the vocabulary's own.

import type { JsonSchema } from '../schema/json-schema.js';

/** A structural tag, as it is sent and stored. */
export interface StructuralTag {
  readonly type: 'structural_tag';
  readonly format: Format;
}

/** Any format: told apart by `type`. */
export type Format =
  | ConstStringFormat
  | JsonSchemaFormat
  | QwenXmlParameterFormat
  | GrammarFormat
  | RegexFormat
  | AnyTextFormat
  | SequenceFormat
  | OrFormat
  | OptionalFormat
  | PlusFormat
  | StarFormat
  | RepeatFormat
  | TagFormat
  | TriggeredTagsFormat
  | TagsWithSeparatorFormat
  | DispatchFormat
  | TokenFormat
  | ExcludeTokenFormat
  | AnyTokensFormat
  | TokenTriggeredTagsFormat
  | TokenDispatchFormat;

/** A token by its id, or by the text of a special token. */
export type TokenReference = number | string;

// Primitive formats

/** One exact string. */
export interface ConstStringFormat {
  readonly type: 'const_string';
  readonly value: string;
}

/** How a schema's values are spelled: JSON, or the XML of a model family. */
export type JsonSchemaStyle =
  | 'json'
  | 'qwen_xml'
  | 'minimax_xml'
  | 'deepseek_xml'
  | 'glm_xml'
  | 'cohere_xml'
  | 'kimi_k3_xml';

/** A value that a JSON Schema accepts. */
export interface JsonSchemaFormat {
  readonly type: 'json_schema';
  readonly json_schema: JsonSchema;
  /** Default `json`. The other styles write objects only, whatever else the schema accepts. */
  readonly style?: JsonSchemaStyle;
  /** Members of objects in any order, or in the declared one. Default: as the tag is compiled, which is the declared one. */
  readonly any_order?: boolean;
}

/** The old spelling of {@link JsonSchemaFormat} with style `qwen_xml`. */
export interface QwenXmlParameterFormat {
  readonly type: 'qwen_xml_parameter';
  readonly json_schema: JsonSchema;
}

/** Text of an EBNF grammar (ebnf-parser.ts), from its rule `root`. */
export interface GrammarFormat {
  readonly type: 'grammar';
  readonly grammar: string;
}

/** Text that a regular expression of ECMA-262 matches as a whole. */
export interface RegexFormat {
  readonly type: 'regex';
  readonly pattern: string;
}

/** Any text; inside a tag, up to its end string. It is UTF-8, and holds none of `excludes`. */
export interface AnyTextFormat {
  readonly type: 'any_text';
  readonly excludes?: readonly string[];
  /** Counts every token that holds a byte of the text, also where it begins before or ends after it. */
  readonly max_tokens?: number | null;
  /** Counted in code points. */
  readonly max_chars?: number | null;
}

// Composition

/** All elements, in order. */
export interface SequenceFormat {
  readonly type: 'sequence';
  readonly elements: readonly Format[];
}

/** One of the elements. */
export interface OrFormat {
  readonly type: 'or';
  readonly elements: readonly Format[];
}

/** The content or nothing. */
export interface OptionalFormat {
  readonly type: 'optional';
  readonly content: Format;
}

/** The content, once or more. */
export interface PlusFormat {
  readonly type: 'plus';
  readonly content: Format;
}

/** The content, any number of times. */
export interface StarFormat {
  readonly type: 'star';
  readonly content: Format;
}

/** The content, `min` to `max` times; `max` -1 is without bound. */
export interface RepeatFormat {
  readonly type: 'repeat';
  readonly min: number;
  readonly max: number;
  readonly content: Format;
}

// Tags and dispatch

/** `begin`, content, `end`; a list of ends means any of them. */
export interface TagFormat {
  readonly type: 'tag';
  readonly begin: string | TokenFormat;
  readonly content: Format;
  readonly end: string | readonly string[] | TokenFormat;
}

/** A tag whose type may be left out, as inside lists of tags. */
export type TagEntry = Omit<TagFormat, 'type'> & { readonly type?: 'tag' };

/** Any text until a trigger appears, then the tag that begins with it, and so on. */
export interface TriggeredTagsFormat {
  readonly type: 'triggered_tags';
  /** Each a prefix of the `begin` of its tags; none a prefix of another. */
  readonly triggers: readonly string[];
  readonly tags: readonly TagEntry[];
  /** True also forbids text before the first tag. Default false. */
  readonly at_least_one?: boolean;
  /** Default false. */
  readonly stop_after_first?: boolean;
  readonly excludes?: readonly string[];
}

/** Tags with a separator between them and nothing else. */
export interface TagsWithSeparatorFormat {
  readonly type: 'tags_with_separator';
  readonly tags: readonly TagEntry[];
  readonly separator: string;
  /** Default false. */
  readonly at_least_one?: boolean;
  /** Default false. */
  readonly stop_after_first?: boolean;
}

/** Any text until one of the strings appears, then the format that belongs to it. */
export interface DispatchFormat {
  readonly type: 'dispatch';
  readonly rules: readonly (readonly [pattern: string, content: Format])[];
  /** Back to any text afterwards. Default true. */
  readonly loop?: boolean;
  readonly excludes?: readonly string[];
}

// Tokens

/** One token. */
export interface TokenFormat {
  readonly type: 'token';
  readonly token: TokenReference;
}

/** One token that is not among these, nor the end token of the tag around it, nor one that ends generation. */
export interface ExcludeTokenFormat {
  readonly type: 'exclude_token';
  readonly exclude_tokens?: readonly TokenReference[];
}

/** Any number of such tokens. What bytes they have is not looked at. */
export interface AnyTokensFormat {
  readonly type: 'any_tokens';
  readonly exclude_tokens?: readonly TokenReference[];
  readonly max_tokens?: number | null;
}

/** As {@link TriggeredTagsFormat}, with tokens for triggers; tags begin with a {@link TokenFormat}. */
export interface TokenTriggeredTagsFormat {
  readonly type: 'token_triggered_tags';
  readonly trigger_tokens: readonly TokenReference[];
  readonly tags: readonly TagEntry[];
  readonly exclude_tokens?: readonly TokenReference[];
  /** Default false. */
  readonly at_least_one?: boolean;
  /** Default false. */
  readonly stop_after_first?: boolean;
}

/** As {@link DispatchFormat}, with tokens for strings. */
export interface TokenDispatchFormat {
  readonly type: 'token_dispatch';
  readonly rules: readonly (readonly [token: TokenReference, content: Format])[];
  /** Default true. */
  readonly loop?: boolean;
  readonly exclude_tokens?: readonly TokenReference[];
}
