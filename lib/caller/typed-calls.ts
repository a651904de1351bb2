// The types of calls, inferred from the list of tools. Types only: nothing here exists at run time.

import type { ArgumentsOf } from '../tools/infer.js';
import type { ARGUMENTS } from '../tools/tool.js';
import type { ToolCall } from './result.js';

/** The union of the calls that may come of a list of tools; discriminated by `name`. */
export type CallsOf<Tools> =
  Tools extends { readonly tools: readonly (infer Tool)[] } ? CallOf<Tool>
  : Tools extends readonly (infer Tool)[] ? CallOf<Tool>
  : ToolCall;

/** A call of one tool, in any of the shapes that `parseTools` reads. Distributes over unions. */
export type CallOf<Tool> =
  Tool extends { readonly name: infer Name extends string; readonly [ARGUMENTS]?: infer Arguments }
    ? unknown extends Arguments ? Undefined<Tool, Name> : ToolCall<Name, NonNullable<Arguments>>
  : Tool extends { readonly function: infer Inner extends { readonly name: string } } ? Undefined<Inner, Inner['name']>
  : Tool extends { readonly title: infer Name extends string; readonly type: 'object' } ? Undefined<{ readonly parameters: Tool }, Name>
  : ToolCall;

/** A call of a tool that did not go through `defineTool`. */
type Undefined<Tool, Name extends string> =
  string extends Name ? ToolCall // read from a file, or not written as a constant
  : Tool extends { readonly strict: false } ? ToolCall<Name>
  : Tool extends { readonly parameters: infer Parameters } ? ToolCall<Name, ArgumentsOf<Parameters>>
  : Tool extends { readonly inputSchema: infer Parameters } ? ToolCall<Name, ArgumentsOf<Parameters>>
  : Tool extends { readonly input_schema: infer Parameters } ? ToolCall<Name, ArgumentsOf<Parameters>>
  : ToolCall<Name>;
