// Tool definitions in, one internal shape out.

export { parseTools } from './parse.js';
export { defineTool } from './tool.js';
export type {
  DefinedTool,
  OpenAiChatTool,
  OpenAiResponsesTool,
  SeedParameter,
  Tool,
  ToolDefinition,
  ToolInput,
} from './tool.js';
