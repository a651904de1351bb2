// The formats by their names.

import { SurecallError, shown } from '../errors.js';
import { defineFormat, knownFormat } from './define.js';
import type { FormatDefinition } from './definition.js';
import { FAMILIES } from './families/index.js';
import type { WireFormat } from './format.js';

type Family = (typeof FAMILIES)[number];

/** The name of a built-in format. */
export type FormatName = Family['name'];

/** Another name of a built-in format. */
export type FormatAlias = Extract<Family, { readonly aliases: readonly string[] }>['aliases'][number];

/** A wire format: by name, as a definition, or made of one by `defineFormat`. */
export type FormatInput = FormatName | FormatAlias | FormatDefinition | WireFormat;

/** The names of the built-in formats. */
export const FORMAT_NAMES: readonly FormatName[] = FAMILIES.map(({ name }) => name).sort();

const formats = new Map<string, WireFormat>(FAMILIES.flatMap((family: FormatDefinition) => {
  const format = knownFormat(family);
  return [family.name, ...(family.aliases ?? [])].map((name): [string, WireFormat] => [name, format]);
}));

/** All names that {@link wireFormat} knows. */
export const KNOWN_NAMES: readonly string[] = [...formats.keys()];

/**
 * A wire format: a built-in one by its name, or one of a user's own.
 *
 * @throws SurecallError `SURECALL_INVALID_OPTION` for an unknown name; `SURECALL_INVALID_FORMAT` for a definition that is wrong.
 */
export function wireFormat(input: FormatInput): WireFormat {
  if (typeof input === 'object' && input !== null) return isWireFormat(input) ? input : defineFormat(input);
  const format = formats.get(input);
  if (format !== undefined) return format;
  const message = `format: must be one of ${FORMAT_NAMES.join(', ')}, or a definition; got ${shown(input)}`;
  throw new SurecallError('SURECALL_INVALID_OPTION', message, { details: { format: input } });
}

function isWireFormat(input: WireFormat | FormatDefinition): input is WireFormat {
  return 'structuralTag' in input && typeof input.structuralTag === 'function';
}
