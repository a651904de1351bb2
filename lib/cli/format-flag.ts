// What `--format` takes.

import { InvalidArgumentError } from 'commander';
import { SurecallError } from '../errors.js';
import { defineFormat, type FormatDefinition, type FormatInput, FORMAT_NAMES } from '../formats/index.js';
import { KNOWN_NAMES } from '../formats/registry.js';
import { readJsonFile } from './json-file.js';

/** `auto`, the name of a format, or a file with one. */
export function formatFlag(value: string): FormatInput | 'auto' {
  if (value === 'auto' || KNOWN_NAMES.includes(value)) return value as FormatInput;
  if (!value.endsWith('.json')) throw new InvalidArgumentError(`There are auto, ${FORMAT_NAMES.join(', ')}, or a .json file.`);
  const definition = readJsonFile(value);
  try {
    return defineFormat(definition as FormatDefinition);
  } catch (error) {
    if (!(error instanceof SurecallError)) throw error;
    throw new SurecallError(error.code, `${value}: ${error.message}`, { cause: error, details: { ...error.details, file: value } });
  }
}
