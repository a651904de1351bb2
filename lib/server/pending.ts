// Options that the caller is about to have; goes away with them.
import type { CallerOptions as Now, CallOptions as NowCall } from '../caller/caller.js';
import type { StructuralTag } from '../formats/index.js';
import type { SamplingOptions } from '../native-types.js';
import type { JsonSchema } from '../schema/json-schema.js';
export type ToolChoice = 'required' | 'auto' | 'none' | { readonly name: string } | { readonly allowed: readonly string[]; readonly mode?: 'auto' | 'required' };
export type Thinking = 'off' | 'on' | { readonly maxTokens: number };
export interface CallerOptions extends Omit<Now, 'toolChoice'> {
  readonly toolChoice?: ToolChoice;
  readonly parallelCalls?: boolean; readonly thinking?: Thinking;
  readonly response?: { type: 'json_object' } | { type: 'json_schema'; schema: JsonSchema } | { type: 'structural_tag'; tag: StructuralTag };
}
export interface CallOptions extends NowCall { readonly sampling?: SamplingOptions; readonly stop?: readonly string[] }
