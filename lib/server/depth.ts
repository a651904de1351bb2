// How deep a body is nested. Whoever reads it further down does so recursively: a hostile one must not fill the stack.

/** Whether lists and objects in a value are nested at most so deep. Does not recurse. */
export function isAtMost(value: unknown, depth: number): boolean {
  let level = [value];
  for (let at = 0; level.length > 0; at++) {
    if (at > depth) return false;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return true;
}
