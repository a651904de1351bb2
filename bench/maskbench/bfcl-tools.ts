// The tools of the BFCL data in ../shared/data/bfcl as structural tags: the first distinct ones that every engine can read,
// without `format` and `optional`, which there say nothing that JSON Schema knows, and without tools whose array has an enum
// that is meant for its items. Each call is spelled as Qwen spells it:
// <tool_call>\n{"name": "N", "arguments": {...}}\n</tool_call>. Two tags are measured:
//   required   one call and nothing else: a choice between one tag per tool
//   auto       any text, and calls where <tool_call> appears

import { readdirSync } from 'node:fs';
import type { Format, StructuralTag, TagFormat } from '../../lib/formats/structural-tag.js';
import { parseTools, type Tool } from '../../lib/tools/index.js';
import { readRows } from '../../test/support/shared-data.js';
import type { ToolTag } from './protocol.js';

const TRIGGER = '<tool_call>';
const END = '}\n</tool_call>';

export type Shape = 'required' | 'auto';

/** So many tools of the files in a folder. */
export function toolTags(folder: string, count: number): ToolTag[] {
  return distinctTools(folder, count).map(toolTag);
}

export function structuralTag(tags: readonly ToolTag[], shape: Shape): StructuralTag {
  const elements = tags.map(({ begin, schema, end }): TagFormat => ({ type: 'tag', begin, content: { type: 'json_schema', json_schema: schema as never }, end }));
  const format: Format = shape === 'required' ? { type: 'or', elements } : { type: 'triggered_tags', triggers: [TRIGGER], tags: elements };
  return { type: 'structural_tag', format };
}

function toolTag({ name, parameters }: Tool): ToolTag {
  // A parameter may have these names as well; its schema is an object.
  const noise = (key: string, value: unknown) => (key === 'format' || key === 'optional') && typeof value !== 'object';
  const schema: unknown = JSON.parse(JSON.stringify(parameters, (key, value: unknown) => (noise(key, value) ? undefined : value)));
  return { trigger: TRIGGER, begin: `${TRIGGER}\n{"name": ${JSON.stringify(name)}, "arguments": `, schema, end: END };
}

function distinctTools(path: string, count: number): Tool[] {
  const found = new Map<string, Tool>();
  for (const file of readdirSync(path).sort()) {
    for (const row of readRows(`${path}/${file}`) as { tools?: readonly unknown[] }[]) {
      for (const tool of parseTools(row.tools ?? [])) if (!found.has(tool.name) && !hasListedArray(tool.parameters)) found.set(tool.name, tool);
      if (found.size >= count) return [...found.values()].slice(0, count);
    }
  }
  return [...found.values()];
}

function hasListedArray(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { type, enum: listed } = schema as Record<string, unknown>;
  return (type === 'array' && Array.isArray(listed)) || Object.values(schema).some(hasListedArray);
}
