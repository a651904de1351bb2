// tools/ turns tool definitions, in any of the shapes people already have, into one internal shape. This file is that
// shape; parse.ts is the way in; parameters.ts and types.ts are the two questions it asks on the way.

import type { JsonSchema, JsonSchemaObject } from '../schema/json-schema.js';
import { parseTool } from './parse.js';

/** A tool in the one shape that formats, schema compiler and callers know. */
export interface Tool {
  /** Unique among the tools of a caller, never empty. */
  readonly name: string;
  /** What it does, for the model; may be empty. */
  readonly description: string;
  /** The arguments: a schema of type object. */
  readonly parameters: JsonSchemaObject;
  /** What it returns, where the definition says so; never enforced. */
  readonly returns?: JsonSchema;
  /** False relaxes the arguments to any JSON object. */
  readonly strict: boolean;
}

/** A tool that may carry the function which carries it out. */
export interface DefinedTool<Arguments = Record<string, unknown>> extends Tool {
  readonly execute?: (args: Arguments) => unknown;
}

/** One parameter in the seed dialect: a JSON Schema with a `type`. */
export interface SeedParameter {
  readonly type: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** What {@link defineTool} takes. */
export interface ToolDefinition<Arguments = Record<string, unknown>> {
  readonly name: string;
  readonly description?: string;
  /** A JSON Schema of type object, or the seed dialect's map of parameters. */
  readonly parameters: JsonSchemaObject | Readonly<Record<string, SeedParameter>>;
  readonly returns?: JsonSchema;
  /** Default true. */
  readonly strict?: boolean;
  readonly execute?: (args: Arguments) => unknown;
}

/** A tool as OpenAI's chat completions take it. */
export interface OpenAiChatTool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description?: string;
    readonly parameters?: JsonSchemaObject;
    readonly strict?: boolean | null;
  };
}

/** A tool as OpenAI's responses take it. */
export interface OpenAiResponsesTool {
  readonly type: 'function';
  readonly name: string;
  readonly description?: string | null;
  readonly parameters?: JsonSchemaObject;
  readonly strict?: boolean | null;
}

/** Any shape of definition that `parseTools` reads. */
export type ToolInput = Tool | ToolDefinition | OpenAiChatTool | OpenAiResponsesTool;

/**
 * Checks a tool written in code and gives it its internal shape; `execute` is kept.
 *
 * @throws SurecallError `SURECALL_INVALID_TOOLS` or `SURECALL_UNKNOWN_TYPE`, naming the property at fault.
 */
export function defineTool<Arguments = Record<string, unknown>>(
  definition: ToolDefinition<Arguments>,
): DefinedTool<Arguments> {
  const tool = parseTool(definition, { where: 'defineTool' });
  return definition.execute === undefined ? tool : { ...tool, execute: definition.execute };
}
