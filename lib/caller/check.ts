// Checking finished arguments against what the mask could not enforce. Only callers with `relax` need it.

import { createRequire } from 'node:module';
import type { Ajv } from 'ajv';
import { describeError } from '../errors.js';
import type { Tool } from '../tools/tool.js';

/** Says what is wrong with the arguments of a call: nothing, if they are valid. */
export type Check = (tool: string, args: Record<string, unknown>) => readonly string[];

/** Checks by ajv, each schema compiled when its tool is first called. What ajv cannot compile counts as a violation, too. */
export function checkOf(tools: readonly Tool[]): Check {
  // Loaded here, not with the package: most callers never need it.
  const load = createRequire(import.meta.url);
  const { Ajv } = load('ajv') as typeof import('ajv');
  const { Ajv2020 } = load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js');
  const { default: formats } = load('ajv-formats') as typeof import('ajv-formats');
  const validators = new Map<string, ReturnType<Ajv['compile']>>();
  const validator = (name: string) => {
    const known = validators.get(name);
    const tool = tools.find((one) => one.name === name);
    if (known !== undefined || tool === undefined) return known;
    const isOld = /draft-0[467]/.test(tool.parameters.$schema ?? '');
    const ajv = new (isOld ? Ajv : Ajv2020)({ allErrors: true, strict: false, multipleOfPrecision: 9 });
    formats(ajv);
    const { $schema: _, ...schema } = tool.parameters;
    const made = ajv.compile(schema);
    validators.set(name, made);
    return made;
  };
  return (tool, args) => {
    let validate: ReturnType<typeof validator>;
    try {
      validate = validator(tool);
    } catch (error) {
      return [`the schema cannot be checked: ${describeError(error).message}`];
    }
    if (validate === undefined || validate(args)) return [];
    return (validate.errors ?? []).map(({ instancePath, message = 'is not valid', keyword }) => `${instancePath === '' ? 'the arguments' : instancePath}: ${message} (${keyword})`);
  };
}
