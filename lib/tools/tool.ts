// tools/ turns tool definitions, in any of the shapes people already have, into one internal shape. This file is that
// shape; parse.ts is the way in; parameters.ts and types.ts are the two questions it asks on the way.

import type { JsonSchema, JsonSchemaObject } from '../schema/json-schema.js';
import type { ArgumentsOf, ParsedArgumentsOf } from './infer.js';
import { parseTool } from './parse.js';
import type { StandardSchema } from './standard-schema.js';

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

/** Holds the type of a tool's arguments; no tool has such a member. */
export declare const ARGUMENTS: unique symbol;

/** A tool that may carry the function which carries it out. */
export interface DefinedTool<Arguments = Record<string, unknown>, Name extends string = string, Parsed = Arguments> extends Tool {
  readonly name: Name;
  readonly [ARGUMENTS]?: Arguments;
  /** Carries out a call, for `caller.run`. What it returns, or resolves to, is told to the model: a text as it is, all else as JSON. */
  execute?(args: Parsed, context: ToolContext): unknown;
  /** The Standard Schema of the parameters, if they were given so: `caller.run` passes arguments through it. */
  readonly schema?: StandardSchema<Arguments, Parsed>;
}

/** What a tool's function knows of the call besides its arguments. */
export interface ToolContext {
  /** The id of the call. */
  readonly id: string;
  /** Aborted when the result is no longer wanted: the run was stopped, or the tool took too long. */
  readonly signal: AbortSignal;
}

/** One parameter in the seed dialect: a JSON Schema with a `type`. */
export interface SeedParameter {
  readonly type: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly [keyword: string]: unknown;
}

/** A JSON Schema of type object, the seed dialect's map of parameters, or a Standard Schema: Zod, ArkType, Valibot, ... */
export type ToolParameters = JsonSchemaObject | Readonly<Record<string, SeedParameter>> | StandardSchema;

/** What {@link defineTool} takes. */
export interface ToolDefinition<Name extends string = string, Parameters = ToolParameters> {
  /** What the model calls it by. */
  readonly name: Name;
  /** What it does, for the model. */
  readonly description?: string;
  /** The arguments. */
  readonly parameters: Parameters;
  /** What it returns; kept, never enforced. */
  readonly returns?: JsonSchema;
  /** Default true; false admits any object as arguments. */
  readonly strict?: boolean;
  /** See {@link DefinedTool.execute}. */
  execute?(args: ParsedArgumentsOf<Parameters>, context: ToolContext): unknown;
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

/** A tool as an MCP server lists it. Annotations, icons and other members are ignored. */
export interface McpTool {
  readonly name: string;
  /** Stands in for a missing description. */
  readonly title?: string;
  readonly description?: string;
  /** A JSON Schema; here also a Standard Schema. */
  readonly inputSchema: object;
  readonly outputSchema?: object;
}

/** A tool with its schema under `input_schema`. */
export interface InputSchemaTool {
  readonly name: string;
  readonly description?: string;
  readonly input_schema: object;
}

/** A JSON Schema of type object by itself: its title is the tool's name. */
export interface TitledSchema extends JsonSchemaObject {
  readonly title: string;
  readonly type: 'object';
}

/** Any shape of definition that `parseTools` reads. */
export type ToolInput = Tool | ToolDefinition | OpenAiChatTool | OpenAiResponsesTool | McpTool | InputSchemaTool | TitledSchema;

/** Definitions, in one shape or mixed: a list, or an object that holds one, such as the result of MCP's `tools/list`. */
export type ToolInputs = readonly ToolInput[] | { readonly tools: readonly ToolInput[] };

/**
 * Checks a tool written in code and gives it its internal shape; `execute` is kept. The types of the arguments are
 * inferred from `parameters`.
 *
 * @throws SurecallError `SURECALL_INVALID_TOOLS` or `SURECALL_UNKNOWN_TYPE`, naming the property at fault.
 */
export function defineTool<const Name extends string, const Parameters extends ToolParameters>(
  definition: ToolDefinition<Name, Parameters> & { readonly strict: false },
): DefinedTool<Record<string, unknown>, Name, ParsedArgumentsOf<Parameters>>;
export function defineTool<const Name extends string, const Parameters extends ToolParameters>(
  definition: ToolDefinition<Name, Parameters>,
): DefinedTool<ArgumentsOf<Parameters>, Name, ParsedArgumentsOf<Parameters>>;
export function defineTool(definition: ToolDefinition): DefinedTool {
  return parseTool(definition, { where: 'defineTool' });
}
