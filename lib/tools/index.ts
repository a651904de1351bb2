// Tool definitions in, one internal shape out.

export { parseAnyTools, parseTools } from './parse.js';
export { defineTool } from './tool.js';
export { isStandardSchema, type StandardIssue, type StandardResult, type StandardSchema } from './standard-schema.js';
export type * from './infer.js';
export type * from './tool.js';
