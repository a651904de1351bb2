// A call as the model would write it, for chat templates that know no calls: the structural tag of the call, filled in.

import type { WireFormat } from '../formats/index.js';
import type { Format } from '../formats/structural-tag.js';
import { spacedJson } from '../json.js';
import type { Tool } from '../tools/index.js';

/** The text of a call in a wire format; plain JSON where the format's tag cannot be written without a model. */
export function spellCall(format: WireFormat, tools: readonly Tool[], name: string, args: Readonly<Record<string, unknown>>): string {
  // Conversations may hold calls of tools that are no longer there.
  const tool: Tool = tools.find((one) => one.name === name) ?? { name, description: '', parameters: { type: 'object' }, strict: true };
  const { format: tag } = format.structuralTag([tool], { toolChoice: { name } });
  const json = format.whitespace === 'spaced' ? spacedJson(args) : JSON.stringify(args);
  return fill(tag, json) ?? `{"name": ${JSON.stringify(name)}, "arguments": ${json}}`;
}

/** The text of a tag around arguments; undefined where more than the arguments is open. */
function fill(tag: Format, json: string): string | undefined {
  switch (tag.type) {
    case 'const_string':
      return tag.value;
    case 'json_schema':
      return (tag.style ?? 'json') === 'json' ? json : undefined;
    case 'tag': {
      const content = fill(tag.content, json);
      const { begin, end } = tag;
      return content !== undefined && typeof begin === 'string' && typeof end === 'string' ? begin + content + end : undefined;
    }
    case 'sequence': {
      const parts = tag.elements.map((element) => fill(element, json));
      return parts.includes(undefined) ? undefined : parts.join('');
    }
    default:
      return undefined;
  }
}
