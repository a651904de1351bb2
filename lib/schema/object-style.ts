// How objects are written, as far as it differs: JSON is one style (json-style.ts), the XML of model families are others
// (lib/formats/xml-styles.ts). Which members may stand where, and how many, is the same in all of them: emit-object.ts.

import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import type { JsonType } from './json-schema.js';
import type { TextPatterns } from './pattern.js';
import type { StringShape } from './shape.js';

/** What stands around members or items. */
export interface Brackets {
  readonly open: ProgramNode;
  readonly separator: ProgramNode;
  /** Behind the last member, and directly behind `open`. */
  readonly close: ProgramNode;
  readonly closeEmpty: ProgramNode;
}

/** The ways of a value that is written type by type. */
export interface ValueParts {
  /** Strings: what they must match, the union of several. */
  readonly strings: readonly TextPatterns[];
  /** Strings of an `enum` or `const`. */
  readonly literals: readonly string[];
  /** All other values, by type; `number` includes integers. Objects and arrays as the style's `inside` writes them. */
  readonly others: ReadonlyMap<Exclude<JsonType, 'string'>, ProgramNode>;
  /** The schema says nothing about the value. */
  readonly isAny: boolean;
}

/** A value, for a style to write. Nothing is built before the style asks for it. */
export interface StyledValue {
  /** All of it as JSON. */
  json(): ProgramNode;
  parts(): ValueParts;
}

/** How objects are written. */
export interface ObjectStyle {
  /** Styles of the same name write the same. */
  readonly name: string;
  readonly object: Brackets;
  /** How objects and arrays inside are written; undefined for JSON. */
  readonly inside: ValueStyle | undefined;
  /** Whether a member may have this name. */
  canName(name: string): boolean;
  /** A member of known name. */
  member(name: string, value: StyledValue): ProgramNode;
  /** A member with any of these names. */
  other(names: StringShape, value: StyledValue): ProgramNode;
}

/** Marks what stands behind the literal beginning of a member: its value, and what closes it. */
export type MarkMember = (value: ProgramNode) => ProgramNode;

/** How objects and arrays are written. */
export interface ValueStyle extends ObjectStyle {
  readonly list: Brackets;
  item(value: StyledValue): ProgramNode;
}

/** Members or items, one after another. */
export function bracketed(builder: ProgramBuilder, { open, separator, close, closeEmpty }: Brackets, parts: readonly ProgramNode[]): ProgramNode {
  if (parts.length === 0) return builder.sequence(open, closeEmpty);
  return builder.sequence(open, ...parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part])), close);
}
