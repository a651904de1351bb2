// How the instances of outside suites are spelled before an engine sees them: as compact JSON, members in the order in
// which the schema declares them. bench/maskbench/README.md argues for it; this is the one place that does it.
//
// The order of an object's members:
//  1. names under `properties`, in the order of the schema that declares them. The keywords of a schema are read in the
//     order of its text: `allOf` before `properties` puts its names first, as llguidance does. `$ref` stands for what it
//     refers to; of `anyOf` and `oneOf` the first branch counts that could be meant (see plausible.ts); `if`, `then`,
//     `else` and dependent schemas count where they apply. A name declared twice keeps its first place;
//  2. names that are only `required`, in that order;
//  3. all others, in the order of the instance.
// An object that equals a value of `const` or `enum` takes the order of that value.

import { ExactNumber, type ExactJson, type ExactObject, inScriptOrder, isExactArray, isExactObject, spell } from '../../lib/text/exact-json.js';
import { isSchemaObject, itemSchemas, memberSchemas, plausible, same, type SchemaObject } from './plausible.js';

/** How {@link spellings} writes an instance. */
export interface SpellingOptions {
  /** Write 1.0 as 1 where neither spelling has been accepted: for suites that are about values, not texts. */
  readonly wholeNumbers?: boolean;
}

/**
 * The texts in which an instance may be offered, best first: members in declared order; then, where they differ, in the
 * order of the file. An engine accepts the instance if it accepts one of them.
 *
 * @param schema The schema as JSON.parse gives it: its objects list their members in JavaScript's order.
 */
export function spellings(instance: ExactJson, schema: unknown, options: SpellingOptions = {}): string[] {
  const orders = [declaredOrder(instance, schema), instance];
  const values = options.wholeNumbers === true ? [...orders, ...orders.map(withWholeNumbers)] : orders;
  return [...new Set(values.map((value) => spell(value)))];
}

/** The instance with the members of every object in the order in which the schema declares them. */
export function declaredOrder(instance: ExactJson, schema: unknown): ExactJson {
  return new Arranger(schema).arrange(instance, [schema]);
}

/** A schema's text with members in JavaScript's order, so that other engines read the order that ours sees. */
export function schemaText(schema: ExactJson): string {
  return spell(inScriptOrder(schema));
}

function withWholeNumbers(value: ExactJson): ExactJson {
  if (value instanceof ExactNumber) return new ExactNumber(value.text.replace(/^(-?\d+)\.0+$/, '$1'));
  if (isExactArray(value)) return value.map(withWholeNumbers);
  if (isExactObject(value)) return new Map([...value].map(([name, member]) => [name, withWholeNumbers(member)]));
  return value;
}

function inOrderOf(example: unknown, value: ExactJson): ExactJson {
  if (Array.isArray(example) && isExactArray(value)) return value.map((item, index) => inOrderOf(example[index], item));
  if (!isSchemaObject(example) || !isExactObject(value)) return value;
  return new Map(Object.keys(example).map((name) => [name, inOrderOf(example[name], value.get(name) as ExactJson)]));
}

// Instances and schemas of the data nest far less; it ends what would not end.
const MAX_DEPTH = 200;

class Arranger {
  readonly #root: unknown;
  #named: Map<string, unknown> | undefined;

  constructor(root: unknown) {
    this.#root = root;
  }

  arrange(value: ExactJson, schemas: readonly unknown[], depth = 0): ExactJson {
    if (depth > MAX_DEPTH || !(isExactArray(value) || isExactObject(value))) return value;
    const applied: SchemaObject[] = [];
    const seen = new Set<unknown>();
    for (const schema of schemas) this.#collect(schema, value, applied, seen);
    const listed = applied.flatMap(({ const: one, enum: several }) => [one, ...(Array.isArray(several) ? (several as unknown[]) : [])]);
    const equal = listed.find((one) => typeof one === 'object' && same(one, value));
    if (equal !== undefined) return inOrderOf(equal, value);
    if (isExactArray(value)) {
      return value.map((item, index) => this.arrange(item, applied.flatMap((schema) => itemSchemas(schema, index)), depth + 1));
    }
    return new Map(this.#names(applied, value).map((name) => {
      const inner = applied.flatMap((schema) => memberSchemas(schema, name));
      return [name, this.arrange(value.get(name) as ExactJson, inner, depth + 1)];
    }));
  }

  #names(applied: readonly SchemaObject[], value: ExactObject): string[] {
    const names = new Set<string>();
    for (const { properties } of applied) {
      if (isSchemaObject(properties)) for (const name of Object.keys(properties)) names.add(name);
    }
    for (const { required } of applied) {
      if (Array.isArray(required)) for (const name of required) names.add(name as string);
    }
    for (const name of value.keys()) names.add(name);
    return [...names].filter((name) => value.has(name));
  }

  /** The schemas that apply to `value`, in the order in which they declare its members. */
  #collect(schema: unknown, value: ExactJson, applied: SchemaObject[], seen: Set<unknown>): void {
    if (!isSchemaObject(schema) || seen.has(schema)) return;
    seen.add(schema);
    const also = (other: unknown) => this.#collect(other, value, applied, seen);
    const fits = (other: unknown) => plausible(other, value, this.#resolve);
    for (const keyword of Object.keys(schema)) {
      const argument = schema[keyword];
      switch (keyword) {
        case 'properties':
          applied.push(schema);
          break;
        case '$ref':
        case '$dynamicRef':
        case '$recursiveRef':
          also(this.#resolve(String(argument)));
          break;
        case 'allOf':
          if (Array.isArray(argument)) argument.forEach(also);
          break;
        case 'anyOf':
        case 'oneOf':
          if (Array.isArray(argument)) also(argument.find(fits) ?? argument[0]);
          break;
        case 'if':
          if (fits(argument)) also(argument);
          also(fits(argument) ? schema['then'] : schema['else']);
          break;
        case 'dependentSchemas':
        case 'dependencies':
          for (const [name, dependent] of Object.entries(argument ?? {})) if (isExactObject(value) && value.has(name)) also(dependent);
          break;
      }
    }
    if (!Object.hasOwn(schema, 'properties')) applied.push(schema);
  }

  readonly #resolve = (reference: string): unknown => {
    const [, address = '', fragment = ''] = /^([^#]*)#?(.*)$/s.exec(reference) ?? [];
    const resource = address === '' ? this.#root : this.#byName().get(address);
    if (fragment === '') return resource;
    if (!fragment.startsWith('/')) return this.#byName().get(`#${fragment}`);
    let found = resource;
    for (const part of fragment.slice(1).split('/')) {
      const name = unescapePointer(part);
      if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
      found = (found as Record<string, unknown>)[name];
    }
    return found;
  };

  /** Schemas by `$id` as it is written, and by `#anchor`. */
  #byName(): ReadonlyMap<string, unknown> {
    if (this.#named !== undefined) return this.#named;
    const named = (this.#named = new Map<string, unknown>());
    const visit = (part: unknown, depth: number): void => {
      if (typeof part !== 'object' || part === null || depth > MAX_DEPTH) return;
      if (isSchemaObject(part)) {
        for (const keyword of ['$id', 'id'] as const) if (typeof part[keyword] === 'string') named.set(part[keyword].replace(/#$/, ''), part);
        for (const keyword of ['$anchor', '$dynamicAnchor'] as const) if (typeof part[keyword] === 'string') named.set(`#${part[keyword]}`, part);
      }
      for (const inner of Object.values(part)) visit(inner, depth + 1);
    };
    visit(this.#root, 0);
    return named;
  }
}

function unescapePointer(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // Not an escape then.
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
