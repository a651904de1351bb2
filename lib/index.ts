// surecall: natural-language prompts to function calls that are always valid.

export { loadModel, Model, type LoadModelOptions } from './models/model.js';
export type { EngineStats, GpuOption, LoadOptions, ModelInfo, SamplingOptions } from './native-model-types.js';
export type { DownloadProgress } from './models/hub/pull.js';
export { CATALOG, type CatalogEntry } from './models/catalog.js';
export type { BatchOptions } from './caller/batch.js';
export { Caller, type CallerOptions, type CallOptions } from './caller/caller.js';
export type * from './caller/events.js';
export type * from './caller/messages.js';
export type { ResponseFormat } from './caller/response.js';
export type * from './caller/result.js';
export type { Execution, RunEvent, RunOptions, RunResult } from './caller/run.js';
export { defineTool, parseTools } from './tools/index.js';
export type * from './tools/tool.js';
export type { ArgumentsOf, ParsedArgumentsOf } from './tools/infer.js';
export type { StandardIssue, StandardResult, StandardSchema } from './tools/standard-schema.js';
export type { CallsOf } from './caller/typed-calls.js';
export { ERROR_CODES, SurecallError, type ErrorCode, type SurecallErrorOptions } from './errors.js';
export { FORMAT_NAMES } from './formats/index.js';
export type { ChatMessage, ChatToolCall, FormatName, Thinking, ToolChoice } from './formats/index.js';
export type { JsonSchema, JsonSchemaObject } from './schema/json-schema.js';
