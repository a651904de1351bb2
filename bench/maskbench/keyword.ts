// Which keyword a refusal is about.

/** Keywords whose members are names, not keywords. */
const OF_NAMES = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas', 'dependencies', 'dependentRequired']);
/** Keywords whose members are schemas in a list. */
const OF_LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems', 'items']);

/** The last keyword of a JSON pointer into a schema: `/properties/pattern/format` is about `format`. */
export function keywordOf(pointer: unknown): string | undefined {
  if (typeof pointer !== 'string' || pointer === '') return undefined;
  const parts = pointer.slice(1).split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  let keyword: string | undefined;
  for (let at = 0; at < parts.length; at++) {
    keyword = parts[at] as string;
    const next = parts[at + 1];
    if (OF_NAMES.has(keyword) || (OF_LISTS.has(keyword) && next !== undefined && /^\d+$/.test(next))) at++;
  }
  return keyword;
}

/** The same of another engine's message: the keywords it names, or its words without what is particular to the schema. */
export function keywordOfMessage(message: string): string {
  const unimplemented = /Unimplemented keys: \[(.*?)\]/.exec(message)?.[1];
  if (unimplemented !== undefined) return unimplemented.replaceAll('"', '');
  const text = message.replace(/^\[[\d:]+\] \S+: /, '').replace(/"[^"]*"|'[^']*'|`[^`]*`/g, '…').replace(/-?\d[\d.]*/g, '0');
  return text.split('\n', 1)[0]?.slice(0, 60).trim() ?? '';
}
