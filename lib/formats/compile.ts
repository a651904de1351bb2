// Structural tag -> program. Every format type is one function; the JSON Schemas inside go to the schema compiler.

import { SurecallError, shown } from '../errors.js';
import { isRecord } from '../json.js';
import type { ProgramBuilder, ProgramNode } from '../program/builder.js';
import { SchemaCompiler, type SchemaOptions } from '../schema/compile.js';
import type { Format, JsonSchemaFormat, StructuralTag, TagFormat } from './structural-tag.js';

/** How a structural tag is compiled. */
export interface TagCompileOptions extends SchemaOptions {
  /** Names the capture that is put around a schema's value; undefined for none. */
  readonly captureOf?: (format: JsonSchemaFormat) => string | undefined;
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
  if (!isRecord(tag) || tag.type !== 'structural_tag' || !isRecord(tag.format)) {
    invalid('', 'a structural tag is {"type": "structural_tag", "format": {...}}', tag);
  }
  const compiler = new TagCompiler(builder, options);
  const root = compiler.compile(tag.format, '/format');
  return { program: builder.finish(root), unenforced: compiler.schemas.unenforced };
}

class TagCompiler {
  readonly schemas: SchemaCompiler;
  readonly #builder: ProgramBuilder;
  readonly #options: TagCompileOptions;

  constructor(builder: ProgramBuilder, options: TagCompileOptions) {
    this.#builder = builder;
    this.#options = options;
    this.schemas = new SchemaCompiler(builder, options);
  }

  compile(format: Format, path: string): ProgramNode {
    if (!isRecord(format)) invalid(path, 'a format must be an object', format);
    const builder = this.#builder;
    switch (format.type) {
      case 'const_string':
        return builder.text(text(format.value, `${path}/value`));
      case 'json_schema':
        return this.#schema(format, path);
      case 'sequence':
        return builder.sequence(...this.#elements(format.elements, path));
      case 'or':
        return builder.alternatives(...this.#elements(format.elements, path));
      case 'optional':
        return builder.optional(this.compile(format.content, `${path}/content`));
      case 'tag':
        return this.#tag(format, path);
      default:
        invalid(`${path}/type`, 'this format type is not supported yet', format.type);
    }
  }

  #schema(format: JsonSchemaFormat, path: string): ProgramNode {
    if (format.style !== undefined && format.style !== 'json') invalid(`${path}/style`, 'this style is not supported yet', format.style);
    const value = this.schemas.compile(format.json_schema, `${path}/json_schema`);
    const name = this.#options.captureOf?.(format);
    return name === undefined ? value : this.#builder.capture(name, value);
  }

  #tag(format: TagFormat, path: string): ProgramNode {
    const { begin, end } = format;
    if (typeof begin !== 'string') invalid(`${path}/begin`, 'only a string is supported yet', begin);
    const ends: readonly unknown[] = Array.isArray(end) ? end : [end];
    if (ends.length === 0) invalid(`${path}/end`, 'lists no end', end);
    return this.#builder.sequence(
      this.#builder.text(begin),
      this.compile(format.content, `${path}/content`),
      this.#builder.alternatives(...ends.map((one) => this.#builder.text(text(one, `${path}/end`)))),
    );
  }

  #elements(elements: readonly Format[], path: string): ProgramNode[] {
    if (!Array.isArray(elements) || elements.length === 0) invalid(`${path}/elements`, 'must be a list of formats', elements);
    return elements.map((element, index) => this.compile(element as Format, `${path}/elements/${index}`));
  }
}

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') invalid(path, 'must be a string', value);
  return value;
}

function invalid(path: string, why: string, value: unknown): never {
  throw new SurecallError('SURECALL_INVALID_TAG', `structural tag at ${path === '' ? 'its root' : path}: ${why}; got ${shown(value)}`, {
    details: { path },
  });
}
