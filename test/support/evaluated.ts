// A validator written for `unevaluatedProperties` and `unevaluatedItems` alone, word for word as the standard has them: ajv loses
// track of what was evaluated where combinations nest. All that is not about evaluation is asked of the caller.

import { isRecord } from '../../lib/json.js';

/** What was evaluated of a valid value: names, or indices as text. */
type Evaluated = ReadonlySet<string>;
type Schema = Readonly<Record<string, unknown>>;

/** Keywords whose verdict rests on inner schemas; the others are `assert`ed as they are. */
const APPLICATORS = new Set([
  '$ref', '$defs', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'properties', 'patternProperties', 'additionalProperties', 'dependentSchemas',
  'prefixItems', 'items', 'contains', 'minContains', 'maxContains', 'propertyNames', 'unevaluatedProperties', 'unevaluatedItems',
]);

/** Whether the value is valid. `assert` judges a schema without applicators. */
export function isValid(root: unknown, value: unknown, assert: (schema: Schema, value: unknown) => boolean): boolean {
  const evaluate = (schema: unknown, at: unknown): Evaluated | undefined => {
    if (typeof schema === 'boolean') return schema ? new Set() : undefined;
    return new Evaluation(schema as Schema, at).result();
  };

  class Evaluation {
    readonly #done = new Set<string>();
    #valid: boolean;

    constructor(private readonly schema: Schema, private readonly value: unknown) {
      const own = Object.entries(schema).filter(([name]) => !APPLICATORS.has(name));
      this.#valid = own.length === 0 || assert(Object.fromEntries(own), value);
    }

    result(): Evaluated | undefined {
      this.#inPlace();
      if (isRecord(this.value)) this.#members(this.value);
      if (Array.isArray(this.value)) this.#items(this.value as unknown[]);
      return this.#valid ? this.#done : undefined;
    }

    #list(keyword: string): readonly unknown[] {
      const list = this.schema[keyword];
      return Array.isArray(list) ? (list as unknown[]) : [];
    }

    #map(keyword: string): readonly (readonly [string, unknown])[] {
      const map = this.schema[keyword];
      return isRecord(map) ? Object.entries(map) : [];
    }

    #need(holds: boolean): void {
      this.#valid &&= holds;
    }

    #apply(schema: unknown): boolean {
      const evaluated = evaluate(schema, this.value);
      for (const one of evaluated ?? []) this.#done.add(one);
      return evaluated !== undefined;
    }

    #inPlace(): void {
      const { schema } = this;
      const reference = schema['$ref'];
      if (typeof reference === 'string') this.#need(this.#apply(((root as Schema)['$defs'] as Schema)[reference.slice('#/$defs/'.length)]));
      for (const one of this.#list('allOf')) this.#need(this.#apply(one));
      const count = (keyword: string): number => this.#list(keyword).filter((one) => this.#apply(one)).length;
      if ('anyOf' in schema) this.#need(count('anyOf') > 0);
      if ('oneOf' in schema) this.#need(count('oneOf') === 1);
      if ('not' in schema) this.#need(evaluate(schema['not'], this.value) === undefined);
      if ('if' in schema) this.#need(this.#apply(this.#apply(schema['if']) ? (schema['then'] ?? true) : (schema['else'] ?? true)));
    }

    #inner(name: string, schema: unknown, value: unknown): void {
      this.#need(evaluate(schema, value) !== undefined);
      this.#done.add(name);
    }

    #members(value: Readonly<Record<string, unknown>>): void {
      const { schema } = this;
      for (const [name, one] of this.#map('dependentSchemas')) if (Object.hasOwn(value, name)) this.#need(this.#apply(one));
      const [declared, patterns] = [new Map(this.#map('properties')), this.#map('patternProperties')];
      for (const [name, member] of Object.entries(value)) {
        if ('propertyNames' in schema) this.#need(evaluate(schema['propertyNames'], name) !== undefined);
        const applied = [...(declared.has(name) ? [declared.get(name)] : []), ...patterns.filter(([source]) => new RegExp(source, 'u').test(name)).map(([, one]) => one)];
        for (const one of applied) this.#inner(name, one, member);
        if (applied.length === 0 && 'additionalProperties' in schema) this.#inner(name, schema['additionalProperties'], member);
      }
      if ('unevaluatedProperties' in schema) this.#rest(Object.entries(value), schema['unevaluatedProperties']);
    }

    #items(value: readonly unknown[]): void {
      const { schema } = this;
      const prefix = this.#list('prefixItems');
      for (const [i, item] of value.entries()) {
        if (i < prefix.length) this.#inner(String(i), prefix[i], item);
        else if ('items' in schema) this.#inner(String(i), schema['items'], item);
      }
      if ('contains' in schema) {
        const matching = [...value.keys()].filter((i) => evaluate(schema['contains'], value[i]) !== undefined);
        this.#need(matching.length >= ((schema['minContains'] as number | undefined) ?? 1) && matching.length <= ((schema['maxContains'] as number | undefined) ?? Infinity));
        for (const i of matching) this.#done.add(String(i));
      }
      if ('unevaluatedItems' in schema) this.#rest(Object.entries(value), schema['unevaluatedItems']);
    }

    #rest(entries: readonly (readonly [string, unknown])[], schema: unknown): void {
      for (const [name, one] of entries) if (!this.#done.has(name)) this.#inner(name, schema, one);
    }
  }

  return evaluate(root, value) !== undefined;
}
