// What must hold of any schema, checked against ajv: the oracles of schema-fuzz.ts.

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { SurecallError } from '../../lib/errors.js';
import type { Matcher, Template, Vocabulary } from '../../lib/mask.js';
import type { JsonSchema, JsonValue } from '../../lib/schema/json-schema.js';
import { idsOf } from '../support/engine.js';
import { isValid } from '../support/evaluated.js';
import { declaredOrder } from '../support/instances.js';
import { parseExact, spell } from '../../lib/text/exact-json.js';
import { type Random, seededRandom } from '../support/random.js';
import { randomInstances } from '../support/random-instance.js';

/** How a schema is checked. */
export interface CheckOptions {
  readonly vocabulary: Vocabulary;
  readonly walks: number;
  readonly instances: number;
}

/** What became of a schema. */
export interface Verdict {
  /** `skipped`: the validator itself fails. */
  readonly outcome: 'compiled' | 'refused' | 'unsatisfiable' | 'skipped';
  /** The keyword that is refused. */
  readonly keyword?: string;
  readonly walks: number;
  readonly valid: number;
  readonly invalid: number;
  /** Texts that say a member twice, of which the validator sees only one: a known limit, see ARCHITECTURE.md. */
  readonly repeated: number;
}

/** An oracle's objection: `kind` names the oracle. */
export class Objection extends Error {
  constructor(readonly kind: string, detail: string) {
    super(`${kind}: ${detail}`);
  }
}

type Validate = (value: unknown) => boolean;

/** ajv's own: code that it writes for `unevaluatedProperties` and the like sets members of nothing. */
class ValidatorError extends Error {}

const MOST_ORDERS = 300;
/** Tokens of a walk before it is led to its end. */
const WALK_TOKENS = 25;
/** Of nearly as many tokens as any text of these schemas needs. */
const MOST_TOKENS = 400;

/**
 * Checks one schema.
 *
 * @throws Objection
 */
export function checkSchema(schema: JsonSchema, seed: number, options: CheckOptions): Verdict {
  try {
    return check(schema, seed, options);
  } catch (error) {
    if (error instanceof ValidatorError) return { outcome: 'skipped', walks: 0, valid: 0, invalid: 0, repeated: 0 };
    throw error;
  }
}

function check(schema: JsonSchema, seed: number, options: CheckOptions): Verdict {
  const random = seededRandom(seed);
  const validate = validator(schema);
  const propertyOrder = random.next() < 0.25 ? 'any' : 'declared';
  const instances = randomInstances(random, schema, options.instances).map((value) => ({ value, valid: validate(value) }));
  const counts = { walks: 0, valid: 0, invalid: 0, repeated: 0 };
  let template: Template;
  try {
    template = options.vocabulary.compileJsonSchema(schema, { propertyOrder });
  } catch (error) {
    if (!(error instanceof SurecallError) || error.code !== 'SURECALL_UNSUPPORTED_SCHEMA') throw new Objection('crash', String((error as Error).stack));
    const pointer = error.details?.['pointer'];
    if (typeof pointer === 'string') return { outcome: 'refused', keyword: `${pointer.replace(/.*\//s, '')}: ${error.message.replace(/^schema at [^ ]+ ?[^:]*: /, '')}`, ...counts };
    if (!/accepts no|no text/.test(error.message)) return { outcome: 'refused', keyword: error.message, ...counts };
    const instance = instances.find((one) => one.valid);
    if (instance !== undefined) throw new Objection('unsatisfiable', `but ${JSON.stringify(instance.value)} is valid (${error.message})`);
    return { outcome: 'unsatisfiable', ...counts };
  }
  for (const { value, valid } of instances) {
    checkInstance(schema, template, value, valid, propertyOrder === 'any');
    counts[valid ? 'valid' : 'invalid']++;
  }
  for (let walk = 0; walk < options.walks; walk++) {
    const text = new Walk(template, options.vocabulary, random).run(walk === 0);
    counts.walks++;
    if (checkText(validate, text)) counts.repeated++;
  }
  return { outcome: 'compiled', ...counts };
}

function validator(schema: JsonSchema): Validate {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, meta: false, multipleOfPrecision: 9, validateFormats: true });
  addFormats.default(ajv);
  const own = <T>(call: () => T): T => {
    try {
      return call();
    } catch (error) {
      throw new ValidatorError(String(error));
    }
  };
  const compiled = own(() => ajv.compile(withCountedContains(schema) as JsonSchema) as Validate);
  if (!/"unevaluated/.test(JSON.stringify(schema))) return (value) => own(() => compiled(value));
  const parts = new Map<string, Validate>();
  const assert = (part: object, value: unknown): boolean => {
    const key = JSON.stringify(part);
    const known = parts.get(key) ?? (ajv.compile(part) as Validate);
    parts.set(key, known);
    return known(value);
  };
  return (value) => isValid(schema, value, assert);
}

/**
 * The schema with a bound on every `contains` that means at least one: without, ajv's code for arrays in arrays finds for an
 * empty one what it found for the one before.
 */
function withCountedContains(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withCountedContains);
  if (typeof part !== 'object' || part === null) return part;
  const copy = Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, withCountedContains(inner)]));
  return 'contains' in copy && !('maxContains' in copy) ? { ...copy, maxContains: 1000 } : copy;
}

/** Whether a text is valid; true if it is not, but says a member twice. */
function checkText(validate: Validate, text: string): boolean {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Objection('walk is no JSON', `${text}: ${String(error)}`);
  }
  if (validate(value)) return false;
  if (repeatsMember(text)) return true;
  throw new Objection('walk is invalid', text);
}

function checkInstance(schema: JsonSchema, template: Template, value: JsonValue, valid: boolean, anyOrder: boolean): void {
  const declared = spell(declaredOrder(parseExact(JSON.stringify(value)), schema));
  const matcher = template.matcher();
  const accepts = (text: string): boolean => {
    matcher.reset();
    return matcher.acceptBytes(text) && matcher.accepting;
  };
  const texts = [declared, ...orders(value)];
  if (!valid) {
    const accepted = texts.find(accepts);
    if (accepted !== undefined) throw new Objection('accepts what is invalid', accepted);
  } else if (!texts.some(accepts)) {
    // Not every order of nested members was tried.
    if (texts.length > MOST_ORDERS) return;
    throw new Objection('rejects what is valid', declared);
  } else if (anyOrder && !texts.every(accepts) && !/"(?:const|enum)"/.test(JSON.stringify(schema))) {
    throw new Objection('rejects an order of members', texts.find((text) => !accepts(text)) as string);
  }
}

/** The spellings of a value with the members of its objects in all orders, up to a limit. */
function orders(value: JsonValue): readonly string[] {
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  if (Array.isArray(value)) return products((value as JsonValue[]).map(orders)).map((items) => `[${items.join(',')}]`);
  const members = Object.entries(value).map(([name, member]) => orders(member as JsonValue).map((text) => `${JSON.stringify(name)}:${text}`));
  return products(members).flatMap((parts) => permutations(parts).map((order) => `{${order.join(',')}}`)).slice(0, MOST_ORDERS);
}

function products(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return lists.reduce<readonly (readonly string[])[]>((all, list) => all.flatMap((one) => list.map((item) => [...one, item])).slice(0, MOST_ORDERS), [[]]);
}

function permutations(items: readonly string[]): readonly (readonly string[])[] {
  if (items.length < 2 || items.length > 7) return [items];
  return items.flatMap((first, i) => permutations(items.filter((_, j) => j !== i)).map((rest) => [first, ...rest]));
}

/** Whether some object of the text has two members of one name. */
export function repeatsMember(text: string): boolean {
  const names: Set<string>[] = [];
  let last = '';
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}:]/gs)) {
    if (mark === '{') names.push(new Set());
    else if (mark === '}') names.pop();
    else if (mark !== ':') last = JSON.parse(mark) as string;
    else if (names.at(-1)?.has(last) === true) return true;
    else names.at(-1)?.add(last);
  }
  return false;
}

/** Everything that a matcher shows of its state. */
interface Snapshot {
  readonly mask: Uint32Array;
  readonly forced: string;
  readonly accepting: boolean;
  readonly atEnd: boolean;
  readonly text: string;
}

/** One random text, with the promises of masks, budgets and rollback checked on the way. */
class Walk {
  readonly #matcher: Matcher;
  readonly #snapshots: Snapshot[] = [];

  constructor(template: Template, private readonly vocabulary: Vocabulary, private readonly random: Random) {
    this.#matcher = template.matcher();
  }

  /** The text. With `everyToken` one of its masks is checked for all tokens of the vocabulary. */
  run(everyToken: boolean): string {
    const matcher = this.#matcher;
    const checkAt = everyToken ? this.random.below(8) : -1;
    const free = this.random.below(WALK_TOKENS);
    let left = Infinity;
    for (let step = 0; !(matcher.accepting && (matcher.atEnd || step >= free || this.random.next() < 0.15)); step++) {
      const snapshot = this.#snapshot();
      this.#snapshots.push(snapshot);
      if (step === checkAt) this.#checkMask(snapshot.mask, everyIdBelow(this.vocabulary.size));
      else this.#checkMask(snapshot.mask, Array.from({ length: 8 }, () => this.random.below(this.vocabulary.size)));
      if (step === free) left = matcher.tokensToAccept(MOST_TOKENS) + this.random.below(4);
      const mask = step < free ? snapshot.mask : this.#maskWithin(left, snapshot);
      const id = this.#pick(mask);
      if (id === undefined) throw new Objection('dead end', `after ${snapshot.text}${step < free ? '' : `, ${left} tokens left`}`);
      this.#checkForced(snapshot, id);
      if (!matcher.acceptToken(id)) throw new Objection('mask allows what is not accepted', `token ${id} after ${snapshot.text}`);
      left--;
      if (step >= free && matcher.tokensToAccept(left) > left) throw new Objection('budget overrun', `${left} tokens left, more needed after ${matcher.text().toString()}`);
    }
    const text = matcher.text().toString();
    this.#checkRollback();
    return text;
  }

  #snapshot(): Snapshot {
    const { accepting, atEnd } = this.#matcher;
    const mask = this.#matcher.mask();
    return { mask, accepting, atEnd, forced: this.#matcher.forcedBytes().toString('hex'), text: this.#matcher.text().toString() };
  }

  #maskWithin(left: number, { mask, text }: Snapshot): Uint32Array {
    const within = this.#matcher.maskWithin(left);
    if (within.some((word, i) => (word & ~(mask[i] ?? 0)) !== 0)) throw new Objection('a budget allows more than none', `${left} tokens after ${text}`);
    return within;
  }

  #checkMask(mask: Uint32Array, ids: Iterable<number>): void {
    for (const id of ids) {
      const isAllowed = has(mask, id);
      const isAccepted = this.#matcher.acceptToken(id);
      if (isAccepted) this.#matcher.rollback(1);
      if (isAllowed !== isAccepted) throw new Objection('mask disagrees', `on token ${id} ${JSON.stringify(this.vocabulary.spelling(id))} after ${this.#matcher.text().toString()}: ${isAllowed}, accepted ${isAccepted}`);
    }
  }

  /** Text tokens begin with what is forced, or what is forced begins with them. */
  #checkForced({ forced, text }: Snapshot, id: number): void {
    const bytes = Buffer.from(this.vocabulary.bytes(id)).toString('hex');
    if (!bytes.startsWith(forced) && !forced.startsWith(bytes)) throw new Objection('forced bytes are wrong', `${forced} after ${text}, but token ${id} is allowed`);
  }

  #checkRollback(): void {
    while (this.#snapshots.length > 0) {
      const steps = 1 + this.random.below(this.#snapshots.length);
      this.#matcher.rollback(steps);
      const before = this.#snapshots.at(-steps) as Snapshot;
      const after = this.#snapshot();
      for (const key of ['forced', 'accepting', 'atEnd', 'text'] as const) {
        if (before[key] !== after[key]) throw new Objection('rollback', `${key} was ${before[key]}, is ${after[key]} after ${before.text}`);
      }
      if (!before.mask.every((word, i) => word === after.mask[i])) throw new Objection('rollback', `another mask after ${before.text}`);
      this.#snapshots.length -= steps;
    }
  }

  /** An allowed token that does not end the text; more often than not one of characters that JSON and the schemas use. */
  #pick(mask: Uint32Array): number | undefined {
    const { vocabulary, random } = this;
    const ids = idsOf(mask).filter((id) => !vocabulary.endTokens.includes(id));
    if (ids.length === 0) return undefined;
    const likely = random.next() < 0.8 ? ids.filter((id) => isLikely(vocabulary, id)) : [];
    return random.pick(likely.length > 0 ? likely : ids);
  }
}

const likelihood = new WeakMap<Vocabulary, Uint8Array>();

function isLikely(vocabulary: Vocabulary, id: number): boolean {
  let known = likelihood.get(vocabulary);
  if (known === undefined) {
    known = Uint8Array.from({ length: vocabulary.size }, (_, token) => (/^[abc0-3.\-[\]{}",:]{1,4}$|^(true|false|null)$/.test(vocabulary.spelling(token)) ? 1 : 0));
    likelihood.set(vocabulary, known);
  }
  return known[id] === 1;
}

function has(mask: Uint32Array, id: number): boolean {
  return ((mask[id >>> 5] ?? 0) >>> (id & 31) & 1) === 1;
}

function* everyIdBelow(size: number): Generator<number> {
  for (let id = 0; id < size; id++) yield id;
}
