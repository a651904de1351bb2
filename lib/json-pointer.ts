// JSON pointers (RFC 6901), step by step.

/** A pointer one step further. */
export function step(pointer: string, name: string | number): string {
  // Names with anything to escape are rare, and this is called for every schema.
  if (typeof name === 'number' || !(name.includes('~') || name.includes('/'))) return `${pointer}/${name}`;
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The names in a pointer that stands in a URI fragment, without its `#`: `/a/b` is a and b. */
export function stepsOf(fragment: string): string[] {
  return fragment.slice(1).split('/').map((name) => {
    let decoded = name;
    try {
      decoded = decodeURIComponent(name);
    } catch {
      // A stray percent sign is part of the name.
    }
    return decoded.replaceAll('~1', '/').replaceAll('~0', '~');
  });
}
