// Schemas and where they refer to: base URIs, anchors, pointers. Nothing is fetched: what a schema refers to outside of
// itself must be among the documents it was given.

import { shown } from '../errors.js';
import { isRecord } from '../json.js';
import { JSON_TYPES, type JsonSchema, type JsonSchemaObject, type JsonType } from './json-schema.js';
import { step, stepsOf } from '../json-pointer.js';
import { ANNOTATIONS, EqualSchemas, HOLDS_MAP, HOLDS_SCHEMA } from './equal-schemas.js';
import { refuse } from './refuse.js';

/** A schema at its place. There is one for each schema object, so that nodes can be compared and numbered. */
export interface SchemaNode {
  /** Counted from 0, in the order of discovery. */
  readonly id: number;
  readonly schema: JsonSchema;
  /** JSON pointer from the root that was given, for messages. */
  readonly pointer: string;
  readonly depth: number;
  readonly resource: Resource;
  /** It stands for all schemas that say no more than it does. */
  readonly isShared?: true;
}

/** A schema with a URI of its own: a document, or a part of one that has `$id`. */
export interface Resource {
  readonly uri: string;
  readonly root: JsonSchemaObject | boolean;
  readonly pointer: string;
  /** The draft that `$schema` names: 4, 6, 7, 2019 or 2020. */
  readonly draft: number;
}

/** Up to draft 7 `$ref` replaces everything beside it. */
export function refReplaces({ draft }: Resource): boolean {
  return draft <= 7;
}

function idKeyword({ draft }: Pick<Resource, 'draft'>): '$id' | 'id' {
  return draft <= 4 ? 'id' : '$id';
}

/** Schemas of a document that are numbered before equal ones are looked for: looking takes longer than compiling small documents. */
const FEW_SCHEMAS = 200;
/** A longer chain of references is taken for a circle. */
const MOST_REFERENCES = 16;
const HAS_SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const LATEST = 2020;
/** The base of schemas without a URI. */
const NOWHERE = 'schema:///';

/** Schemas by what they say. */
interface Crowd {
  readonly equal: EqualSchemas;
  readonly nodes: Map<number, SchemaNode>;
}

/** Finds schemas. */
export class SchemaDocuments {
  readonly #documents: Readonly<Record<string, JsonSchema>>;
  readonly #maxDepth: number;
  readonly #sharesEqual: boolean;
  readonly #nodes = new Map<object, SchemaNode>();
  readonly #all: SchemaNode[] = [];
  readonly #types = new Map<string, SchemaNode>();
  readonly #resources = new Map<string, Resource>();
  /** By resource: how many schemas were asked for, and where there are many, those that equal ones are found among. */
  readonly #sizes = new Map<Resource, number>();
  readonly #crowds = new Map<Resource, Crowd>();
  /** What references lead to, by where they stand. */
  readonly #resolved = new Map<Resource, Map<string, SchemaNode>>();
  // Anchors by resource URI and name; filled when a schema first asks for one.
  readonly #anchors = new Map<string, SchemaNode>();
  readonly #dynamicAnchors = new Map<string, SchemaNode[]>();
  #unindexed: SchemaNode[] = [];
  #roots = 0;

  /**
   * @param documents Schemas by absolute URI.
   * @param maxDepth Nesting above which a schema is refused.
   * @param sharesEqual Whether schemas that say the same may be one; messages then name the place of one of them.
   */
  constructor(documents: Readonly<Record<string, JsonSchema>> = {}, maxDepth = 256, sharesEqual = true) {
    this.#documents = documents;
    this.#maxDepth = maxDepth;
    this.#sharesEqual = sharesEqual;
  }

  /** The node with this number. */
  at(id: number): SchemaNode {
    return this.#all[id] as SchemaNode;
  }

  /** A schema that stands for itself; `pointer` is its place for messages. */
  root(schema: JsonSchema, pointer: string): SchemaNode {
    const uri = this.#roots++ === 0 ? NOWHERE : `${NOWHERE}${this.#roots}`;
    return this.#document(schema, uri, pointer);
  }

  /** The schema at `pointer`, inside `parent`; with a name, the one of that name in what is there. */
  child(parent: SchemaNode, schema: unknown, pointer: string, name?: string | number): SchemaNode {
    const type = typeAlone(schema);
    const shared = type === undefined ? undefined : this.#types.get(type);
    if (shared !== undefined) return shared;
    const place = name === undefined ? pointer : step(pointer, name);
    return type === undefined ? this.#inside(parent, schema, place) : this.#ofType(type, place);
  }

  /** The schema, or what says the same and is there already. */
  #inside(parent: SchemaNode, schema: unknown, pointer: string): SchemaNode {
    return this.#target(parent, schema) ?? this.#equal(parent, schema, pointer);
  }

  /** What a schema refers to that does nothing else: so that all references to it are one. */
  #target(parent: SchemaNode, schema: unknown): SchemaNode | undefined {
    let from = parent;
    let target: SchemaNode | undefined;
    let at = schema;
    for (let steps = 0; steps < MOST_REFERENCES; steps++) {
      const ref = referenceAlone(at, from.resource);
      if (ref === undefined) return target;
      try {
        target = from = this.resolve(from, ref, '');
      } catch {
        // An error only where somebody needs it.
        return undefined;
      }
      at = target.schema;
    }
    return undefined;
  }

  #equal(parent: SchemaNode, schema: unknown, pointer: string): SchemaNode {
    const make = (): SchemaNode => this.#node(schema, pointer, parent.resource, parent.depth + 1);
    if (!this.#sharesEqual || !isRecord(schema)) return make();
    const size = (this.#sizes.get(parent.resource) ?? 0) + 1;
    this.#sizes.set(parent.resource, size);
    if (size < FEW_SCHEMAS || this.#nodes.has(schema)) return make();
    const crowd = this.#crowds.get(parent.resource) ?? { equal: new EqualSchemas(this.#maxDepth), nodes: new Map() };
    this.#crowds.set(parent.resource, crowd);
    const number = crowd.equal.numberOf(schema);
    if (number === undefined) return make();
    const node = crowd.nodes.get(number) ?? make();
    crowd.nodes.set(number, node);
    this.#nodes.set(schema, node);
    return node;
  }

  /**
   * The schema that `ref` leads to.
   *
   * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA` if there is none.
   */
  resolve(from: SchemaNode, ref: unknown, pointer: string): SchemaNode {
    if (typeof ref !== 'string') refuse(pointer, `must be a URI reference, got ${shown(ref)}`);
    // Not by URI: tools may well have schemas of the same identifier.
    const resolved = this.#resolved.get(from.resource) ?? new Map<string, SchemaNode>();
    const node = resolved.get(ref) ?? this.#resolve(from, ref, pointer);
    this.#resolved.set(from.resource, resolved.set(ref, node));
    return node;
  }

  #resolve(from: SchemaNode, ref: string, pointer: string): SchemaNode {
    const [path = '', fragment = ''] = ref.split('#', 2);
    const resource = path === '' ? from.resource : this.#resource(absolute(path, from.resource.uri, pointer), ref, pointer);
    if (fragment === '') return this.#node(resource.root, resource.pointer, resource, 0);
    return fragment.startsWith('/') ? this.#walk(resource, fragment, ref, pointer) : this.#anchor(resource, fragment, ref, pointer);
  }

  /** Every schema with this `$dynamicAnchor`. */
  dynamicAnchors(name: string): readonly SchemaNode[] {
    this.#index();
    return this.#dynamicAnchors.get(name) ?? [];
  }

  /** Most schemas say only their type: those of one type are one, however many tools there are. */
  #ofType(type: string, pointer: string): SchemaNode {
    const schema = { type } as JsonSchemaObject;
    const resource = { uri: NOWHERE, root: schema, pointer, draft: LATEST };
    const node = this.#add({ id: this.#all.length, schema, pointer, resource, depth: 0, isShared: true });
    this.#types.set(type, node);
    return node;
  }

  #document(schema: JsonSchema, uri: string, pointer: string): SchemaNode {
    const resource: Resource = { uri, root: schema as JsonSchemaObject, pointer, draft: draftOf(schema, LATEST) };
    const node = this.#node(schema, pointer, resource, 0);
    this.#resources.set(uri, node.resource === resource ? resource : node.resource);
    this.#unindexed.push(node);
    return node;
  }

  #node(schema: unknown, pointer: string, resource: Resource, depth: number): SchemaNode {
    if (typeof schema === 'boolean') return this.#add({ id: this.#all.length, schema, pointer, resource, depth });
    if (!isRecord(schema)) refuse(pointer, `a schema must be an object or a boolean, got ${shown(schema)}`);
    const known = this.#nodes.get(schema);
    if (known !== undefined) return known;
    if (depth > this.#maxDepth) refuse(pointer, `schemas nest more than ${this.#maxDepth} deep`);
    const node = { id: this.#all.length, schema: schema as JsonSchemaObject, pointer, resource: this.#own(schema, pointer, resource), depth };
    this.#nodes.set(schema, node);
    return this.#add(node);
  }

  #add(node: SchemaNode): SchemaNode {
    this.#all.push(node);
    return node;
  }

  /** The resource of a schema: that of its surroundings, unless it has an identifier of its own. */
  #own(schema: Readonly<Record<string, unknown>>, pointer: string, outer: Resource): Resource {
    const draft = draftOf(schema, outer.draft);
    const id = schema[idKeyword({ draft })];
    if (typeof id !== 'string' || id.startsWith('#') || (draft <= 7 && schema['$ref'] !== undefined && schema !== outer.root)) return outer;
    const uri = absolute(id.replace(/#.*$/s, ''), outer.uri, step(pointer, idKeyword({ draft })));
    const resource = { uri, root: schema as JsonSchemaObject, pointer, draft };
    this.#resources.set(uri, resource);
    return resource;
  }

  #resource(uri: string, ref: string, pointer: string): Resource {
    const known = this.#resources.get(uri);
    if (known !== undefined) return known;
    if (Object.hasOwn(this.#documents, uri)) return this.#document(this.#documents[uri] as JsonSchema, uri, uri).resource;
    this.#index();
    return this.#resources.get(uri) ?? refuse(pointer, `${shown(ref)} is not part of the schema, nor among the documents given with it`);
  }

  #walk(resource: Resource, fragment: string, ref: string, pointer: string): SchemaNode {
    let at: unknown = resource.root;
    let node = this.#node(at, resource.pointer, resource, 0);
    for (const name of stepsOf(fragment)) {
      if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) refuse(pointer, `${shown(ref)} leads nowhere`);
      at = (at as Readonly<Record<string, unknown>>)[name];
      // On the way there are lists and maps of schemas, which are no schemas themselves.
      const place = step(node.pointer, name);
      const isIdentified = isRecord(at) && typeof at[idKeyword(node.resource)] === 'string';
      node = isIdentified ? this.#node(at, place, node.resource, 0) : { ...node, pointer: place };
    }
    return this.#node(at, node.pointer, node.resource, 0);
  }

  #anchor(resource: Resource, name: string, ref: string, pointer: string): SchemaNode {
    this.#index();
    return this.#anchors.get(`${resource.uri}#${name}`) ?? refuse(pointer, `no schema has the anchor that ${shown(ref)} asks for`);
  }

  /** Notes identifiers and anchors of all schemas. Few schemas refer to any, so it waits until one does. */
  #index(): void {
    const work = this.#unindexed;
    this.#unindexed = [];
    const seen = new Set<unknown>();
    while (work.length > 0) {
      const node = work.pop() as SchemaNode;
      if (!isRecord(node.schema) || seen.has(node.schema)) continue;
      seen.add(node.schema);
      this.#noteAnchors(node, node.schema);
      for (const [inner, pointer] of subschemas(node.schema, node.pointer)) {
        if (isRecord(inner)) work.push(this.child(node, inner, pointer));
      }
    }
  }

  #noteAnchors(node: SchemaNode, schema: Readonly<Record<string, unknown>>): void {
    const note = (name: unknown): void => {
      if (typeof name === 'string') this.#anchors.set(`${node.resource.uri}#${name}`, node);
    };
    note(schema['$anchor']);
    const dynamic = schema['$recursiveAnchor'] === true ? '' : schema['$dynamicAnchor'];
    if (typeof dynamic === 'string') {
      note(dynamic);
      this.#dynamicAnchors.set(dynamic, [...(this.#dynamicAnchors.get(dynamic) ?? []), node]);
    }
    for (const id of [schema['$id'], schema['id']]) {
      if (typeof id === 'string' && id.startsWith('#')) note(id.slice(1));
    }
  }
}

/** The schemas directly inside a schema, with their places. */
function* subschemas(schema: Readonly<Record<string, unknown>>, pointer: string): Generator<[schema: unknown, pointer: string]> {
  for (const keyword of HOLDS_SCHEMA) {
    const held = schema[keyword];
    const place = step(pointer, keyword);
    if (Array.isArray(held)) for (const [i, inner] of held.entries()) yield [inner, step(place, i)];
    else if (held !== undefined) yield [held, place];
  }
  for (const keyword of HOLDS_MAP) {
    const held = schema[keyword];
    if (isRecord(held)) for (const [name, inner] of Object.entries(held)) yield [inner, step(step(pointer, keyword), name)];
  }
}

/** The type that a schema asks for, if it asks for nothing else. */
function typeAlone(schema: unknown): string | undefined {
  if (!isRecord(schema)) return undefined;
  const { type } = schema;
  if (typeof type !== 'string' || !JSON_TYPES.includes(type as JsonType)) return undefined;
  for (const name in schema) if (name !== 'type' && !ANNOTATIONS.has(name)) return undefined;
  return type;
}

/** The reference of a schema that says nothing else. */
function referenceAlone(schema: unknown, resource: Resource): string | undefined {
  if (!isRecord(schema) || typeof schema['$ref'] !== 'string') return undefined;
  for (const name in schema) {
    const isIgnored = ANNOTATIONS.has(name) || (refReplaces(resource) && name !== '$schema');
    if (name !== '$ref' && !isIgnored) return undefined;
  }
  return schema['$ref'];
}

function draftOf(schema: unknown, otherwise: number): number {
  const uri = isRecord(schema) ? schema['$schema'] : undefined;
  const named = typeof uri === 'string' ? /draft-0([3467])|draft\/(2019|2020)-/.exec(uri) : null;
  return named === null ? otherwise : Math.max(4, Number(named[1] ?? named[2]));
}

function absolute(reference: string, base: string, pointer: string): string {
  try {
    return new URL(reference, base).href;
  } catch {
    // A base such as urn:... cannot be extended.
    return HAS_SCHEME.test(reference) ? reference : refuse(pointer, `${shown(reference)} cannot be resolved against ${base}`);
  }
}
