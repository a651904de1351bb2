// Rules about triggers: which tags belong to which, and that every one of them can be told apart and reached.

import { shown } from '../errors.js';
import { invalidTag } from './tag-error.js';

/** For each tag, the trigger that it begins with. */
export function triggersOfTags(triggers: readonly string[], begins: readonly string[], path: string): string[] {
  checkDistinct(triggers, `${path}/triggers`);
  const found = begins.map((begin, index) => {
    const trigger = triggers.find((one) => begin.startsWith(one));
    if (trigger !== undefined) return trigger;
    invalidTag(`${path}/tags/${index}/begin`, 'begins with none of the triggers', { value: begin });
  });
  for (const [index, trigger] of triggers.entries()) {
    if (!found.includes(trigger)) invalidTag(`${path}/triggers/${index}`, 'no tag begins with this trigger', { value: trigger });
  }
  return found;
}

/** No trigger may be the beginning of another: what it leads to would be ambiguous. */
export function checkDistinct(triggers: readonly string[], path: string, member = ''): void {
  const sorted = triggers.map((trigger, index) => ({ trigger, index })).sort((a, b) => (a.trigger < b.trigger ? -1 : 1));
  // In this order, whatever begins with a string comes directly behind it.
  for (const [place, { trigger, index }] of sorted.slice(1).entries()) {
    const before = sorted[place]?.trigger as string;
    if (trigger.startsWith(before)) invalidTag(`${path}/${index}${member}`, `the trigger ${shown(before)} is a prefix of it`, { value: trigger });
  }
}

/** A trigger that holds a string which must not occur could never be completed. */
export function checkReachable(triggers: readonly string[], excludes: readonly string[], where: (index: number) => string): void {
  for (const [index, trigger] of triggers.entries()) {
    const exclude = excludes.find((one) => trigger.includes(one));
    if (exclude !== undefined) invalidTag(where(index), `holds ${shown(exclude)}, which the text around it excludes`, { value: trigger });
  }
}

/** Token triggers: distinct, not excluded, each with a tag. */
export function checkTokenTriggers(triggers: readonly number[], excluded: readonly number[], where: (index: number) => string): void {
  for (const [index, trigger] of triggers.entries()) {
    if (triggers.indexOf(trigger) !== index) invalidTag(where(index), 'this trigger is listed twice', { value: trigger });
    if (excluded.includes(trigger)) invalidTag(where(index), 'this trigger is excluded at the same time', { value: trigger });
  }
}
