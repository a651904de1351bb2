// The example sets: functions, prompts, and what makes a call valid.

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { CallResult } from '../../lib/caller/result.js';
import { parseTools, type Tool } from '../../lib/tools/index.js';
import { repositoryPath } from './shared-data.js';

function read(path: string): unknown {
  return JSON.parse(readFileSync(repositoryPath(path), 'utf8'));
}

/** The tools and prompts of both example sets, 22 prompts in all. */
export const EXAMPLES = ['seed1', 'seed2'].map((set) => ({
  set,
  tools: parseTools(read(`examples/${set}/functions.json`)),
  prompts: (read(`examples/${set}/prompts.json`) as { prompt: string }[]).map(({ prompt }) => prompt),
}));

const ajv = new Ajv({ strict: false });

/** Why a result is not exactly one valid call; undefined if it is. */
export function invalidCall(tools: readonly Tool[], { calls }: CallResult): string | undefined {
  const [call, ...more] = calls;
  if (call === undefined || more.length > 0) return `${calls.length} calls`;
  const tool = tools.find(({ name }) => name === call.name);
  if (tool === undefined) return `no tool ${call.name}`;
  return ajv.validate(tool.parameters, call.arguments) ? undefined : `${ajv.errorsText()}: ${JSON.stringify(call.arguments)}`;
}
