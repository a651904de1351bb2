// From a tag template to a tag: placeholders filled in, parts and tools put in their places. What a template means is written in
// definition.ts.

import { SurecallError } from '../errors.js';
import { step } from '../json-pointer.js';
import { isRecord } from '../json.js';
import type { Tool } from '../tools/tool.js';
import { argumentsCapture, mark } from './captures.js';
import type { FormatDefinition } from './definition.js';
import type { Format, JsonSchemaFormat } from './structural-tag.js';

/** What is filled in. */
export interface Filling {
  readonly choice: 'auto' | 'required' | 'named' | 'none';
  readonly tools: readonly Tool[];
  readonly single: boolean;
  /** Most tokens of thinking, or undefined for no thinking. */
  readonly thinking: number | undefined;
}

/** Where in a definition a part of a tag comes from. */
export type Origins = WeakMap<object, string>;

/** Throws `SURECALL_INVALID_FORMAT` naming the place in a definition. */
export function invalidFormat(name: unknown, path: string, why: string): never {
  const which = typeof name === 'string' ? ` ${JSON.stringify(name)}` : '';
  throw new SurecallError('SURECALL_INVALID_FORMAT', `format${which} at ${path === '' ? 'its root' : path}: ${why}`, { details: { path } });
}

/** Deeper templates are refused; a part that uses itself is one. */
const MAX_DEPTH = 64;

const VALUES = /^\$\{(single|thinking_tokens|parameters)\}$/;
const PLACEHOLDER = /\$\{([^}]*)\}/g;

/**
 * The format that a definition means for one answer; undefined for nothing at all. `origins` remembers where each object
 * comes from.
 *
 * @throws SurecallError `SURECALL_INVALID_FORMAT` naming the path in the definition.
 */
export function expandAnswer(definition: FormatDefinition, filling: Filling, origins: Origins = new WeakMap()): Format | undefined {
  const expander = new Expander(definition, filling, origins);
  const answer = definition.answer === undefined ? expander.choice(0) : expander.expand(definition.answer, '/answer', 0, undefined);
  return answer as Format | undefined;
}

class Expander {
  readonly #definition: FormatDefinition;
  readonly #filling: Filling;
  readonly #origins: Origins;

  constructor(definition: FormatDefinition, filling: Filling, origins: Origins) {
    this.#definition = definition;
    this.#filling = filling;
    this.#origins = origins;
  }

  /** The tag for the tool choice. Tools may be spoken of directly only where there is one. */
  choice(depth: number): unknown {
    const { choice, tools } = this.#filling;
    return this.expand(this.#definition.choices[choice], `/choices/${choice}`, depth, choice === 'named' ? tools[0] : undefined);
  }

  expand(template: unknown, path: string, depth: number, tool: Tool | undefined): unknown {
    if (depth > MAX_DEPTH) this.#fail(path, `nests more than ${MAX_DEPTH} deep, parts that are used included`);
    if (template === null) return undefined;
    if (typeof template === 'string') return this.#text(template, path, tool);
    if (Array.isArray(template)) return this.#list(template, path, depth, tool);
    if (!isRecord(template)) return template;
    if ('use' in template) return this.#use(template, path, depth, tool);
    if ('if' in template) return this.#if(template, path, depth, tool);
    if ('for_each_tool' in template) this.#fail(path, '"for_each_tool" must be an entry of a list');
    return this.#format(template, path, depth, tool);
  }

  #list(template: readonly unknown[], path: string, depth: number, tool: Tool | undefined): unknown[] {
    return template.flatMap((entry: unknown, index) => {
      const here = `${path}/${index}`;
      if (!isRecord(entry) || !('for_each_tool' in entry)) {
        const expanded = this.expand(entry, here, depth + 1, tool);
        return expanded === undefined ? [] : [expanded];
      }
      this.#onlyMembers(entry, ['for_each_tool'], here);
      const each = entry['for_each_tool'];
      const inside = `${here}/for_each_tool`;
      return this.#filling.tools.flatMap((one) => {
        const expanded = this.expand(each, inside, depth + 1, one);
        return Array.isArray(expanded) ? expanded as unknown[] : expanded === undefined ? [] : [expanded];
      });
    });
  }

  #use(template: Readonly<Record<string, unknown>>, path: string, depth: number, tool: Tool | undefined): unknown {
    this.#onlyMembers(template, ['use'], path);
    const { use } = template;
    if (use === 'choice') return this.choice(depth + 1);
    const { parts = {} } = this.#definition;
    if (typeof use !== 'string' || !Object.hasOwn(parts, use)) {
      this.#fail(`${path}/use`, `must be "choice" or the name of a part: ${Object.keys(parts).join(', ')}; got ${JSON.stringify(use)}`);
    }
    return this.expand(parts[use], step('/parts', use), depth + 1, tool);
  }

  #if(template: Readonly<Record<string, unknown>>, path: string, depth: number, tool: Tool | undefined): unknown {
    this.#onlyMembers(template, ['if', 'then', 'else'], path);
    const condition = template['if'];
    if (condition !== 'thinking' && condition !== 'single') this.#fail(`${path}/if`, `must be "thinking" or "single", got ${JSON.stringify(condition)}`);
    const holds = condition === 'single' ? this.#filling.single : this.#filling.thinking !== undefined;
    const branch = holds ? 'then' : 'else';
    return template[branch] === undefined ? undefined : this.expand(template[branch], `${path}/${branch}`, depth + 1, tool);
  }

  #format(template: Readonly<Record<string, unknown>>, path: string, depth: number, tool: Tool | undefined): unknown {
    const { capture, ...members } = template;
    const format: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(members)) {
      const value = name === 'json_schema' && member !== '${parameters}' ? member : this.expand(member, step(path, name), depth + 1, tool);
      if (value !== undefined) format[name] = value;
    }
    this.#origins.set(format, path);
    const made = capture === undefined ? simplified(format) : format;
    if (typeof capture === 'string') mark(format as unknown as Format, capture);
    if (members['json_schema'] === '${parameters}') {
      const { style = 'json' } = format as unknown as JsonSchemaFormat;
      mark(format as unknown as Format, argumentsCapture({ tool: (tool as Tool).name, style }));
    }
    return made;
  }

  #text(template: string, path: string, tool: Tool | undefined): unknown {
    const [, value] = VALUES.exec(template) ?? [];
    if (value === 'single') return this.#filling.single ? true : undefined;
    if (value === 'thinking_tokens') return Number.isFinite(this.#filling.thinking) ? this.#filling.thinking : undefined;
    if (value === 'parameters') return argumentsSchema(this.#tool(tool, path));
    return template.replaceAll(PLACEHOLDER, (_, placeholder: string) => {
      if (placeholder === 'name') return this.#tool(tool, path).name;
      if (placeholder === 'name:json') return JSON.stringify(this.#tool(tool, path).name);
      return this.#fail(path, `there is no placeholder \${${placeholder}} here`);
    });
  }

  #tool(tool: Tool | undefined, path: string): Tool {
    return tool ?? this.#fail(path, 'speaks of a tool outside of "for_each_tool" and of the choice "named"');
  }

  #onlyMembers(template: Readonly<Record<string, unknown>>, known: readonly string[], path: string): void {
    const other = Object.keys(template).find((name) => !known.includes(name));
    if (other !== undefined) this.#fail(step(path, other), `this member is not known beside ${known.map((name) => `"${name}"`).join(', ')}`);
  }

  #fail(path: string, why: string): never {
    return invalidFormat(this.#definition.name, path, why);
  }
}

/** A tool that is not strict promises no more than an object. */
function argumentsSchema(tool: Tool): unknown {
  return tool.strict ? tool.parameters : { type: 'object' };
}

/** Without what says nothing: see definition.ts. */
function simplified(format: Readonly<Record<string, unknown>>): unknown {
  const { type } = format;
  if (type === 'sequence' || type === 'or') return oneOf(format['elements'], format);
  const isChoice = type === 'triggered_tags' || type === 'tags_with_separator';
  if (!isChoice || format['at_least_one'] !== true || format['stop_after_first'] !== true || !Array.isArray(format['tags'])) return format;
  return oneOf(format['tags'], { type: 'or', elements: format['tags'] as unknown[] });
}

function oneOf(elements: unknown, otherwise: unknown): unknown {
  return Array.isArray(elements) && elements.length < 2 ? elements[0] : otherwise;
}
