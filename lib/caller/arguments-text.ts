// The arguments of a call as JSON text, while they are written in whatever style.

import { StringDecoder } from 'node:string_decoder';
import { readArguments, readMember } from '../formats/arguments.js';
import type { JsonSchemaStyle } from '../formats/structural-tag.js';
import type { JsonSchema } from '../schema/json-schema.js';
import { EscapeRepair } from '../text/repair.js';

/** Turns what a model writes for the arguments of one call into pieces of JSON. */
export interface ArgumentsText {
  /** JSON that is certain after these bytes, and was not returned before. */
  add(bytes: Buffer): string;
  /** The same where the value of an argument ends, with what closes it. */
  endMember(): string;
  /** The rest. */
  end(): string;
}

/** For arguments in a style. `lenient` JSON needs repair. */
export function argumentsText(style: JsonSchemaStyle, schema: JsonSchema, lenient: boolean): ArgumentsText {
  return style === 'json' ? new JsonArguments(lenient) : new TaggedArguments(style, schema);
}

/** JSON is passed on as it is written. */
class JsonArguments implements ArgumentsText {
  readonly #decoder = new StringDecoder('utf8');
  readonly #repair: EscapeRepair | undefined;

  constructor(lenient: boolean) {
    this.#repair = lenient ? new EscapeRepair() : undefined;
  }

  add(bytes: Buffer): string {
    const text = this.#decoder.write(bytes);
    return this.#repair?.push(text) ?? text;
  }

  endMember(): string {
    return '';
  }

  end(): string {
    return this.#repair?.end() ?? '';
  }
}

/** Arguments in tags are passed on one by one. Where one can mean several things, it and those after it wait for the end. */
class TaggedArguments implements ArgumentsText {
  readonly #style: Exclude<JsonSchemaStyle, 'json'>;
  readonly #schema: JsonSchema;
  #bytes: Buffer[] = [];
  /** All that was written, once an argument waits. */
  #whole: string[] = [];
  readonly #waiting: string[] = [];
  #count = 0;

  constructor(style: Exclude<JsonSchemaStyle, 'json'>, schema: JsonSchema) {
    this.#style = style;
    this.#schema = schema;
  }

  add(bytes: Buffer): string {
    this.#bytes.push(bytes);
    return '';
  }

  endMember(): string {
    const text = Buffer.concat(this.#bytes).toString('utf8');
    this.#bytes = [];
    this.#whole.push(text);
    const { name, value, isCertain } = readMember(this.#style, text, this.#schema);
    if (isCertain && this.#waiting.length === 0) return this.#member(name, value);
    this.#waiting.push(name);
    return '';
  }

  end(): string {
    const all = this.#waiting.length === 0 ? {} : readArguments(this.#style, this.#whole.join(''), this.#schema);
    const rest = this.#waiting.map((name) => this.#member(name, all[name])).join('');
    return rest + (this.#count === 0 ? '{}' : '}');
  }

  #member(name: string, value: unknown): string {
    return `${this.#count++ === 0 ? '{' : ', '}${JSON.stringify(name)}: ${jsonText(value)}`;
  }
}

/** JSON that reads as exactly this value, which came from JSON: also -0, and numbers that are too large. */
function jsonText(value: unknown): string {
  if (typeof value === 'number') {
    if (Object.is(value, -0)) return '-0';
    return Number.isFinite(value) ? String(value) : value > 0 ? '1e999' : '-1e999';
  }
  if (Array.isArray(value)) return `[${value.map(jsonText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}: ${jsonText(inner)}`).join(', ')}}`;
}
