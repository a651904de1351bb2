// Checking finished arguments against what the mask could not enforce. Only callers with `relax` need it.

import type { ValidateFunction } from 'ajv';
import { describeError } from '../errors.js';
import { compileValidator } from '../schema/ajv.js';
import type { Tool } from '../tools/tool.js';

/** Says what is wrong with the arguments of a call: nothing, if they are valid. */
export type Check = (tool: string, args: Record<string, unknown>) => readonly string[];

/** Checks by ajv, each schema compiled when its tool is first called. What ajv cannot compile counts as a violation, too. */
export function checkOf(tools: readonly Tool[]): Check {
  const validators = new Map<string, ValidateFunction>();
  const validator = (name: string) => {
    const known = validators.get(name);
    const tool = tools.find((one) => one.name === name);
    if (known !== undefined || tool === undefined) return known;
    const made = compileValidator(tool.parameters);
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
