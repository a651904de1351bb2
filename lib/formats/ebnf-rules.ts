// What must hold of a grammar's rules before they are compiled: every name is defined, once; every rule can be
// completed; none calls itself before anything else.

import { shown } from '../errors.js';
import { type Expression, GrammarError, type Rule } from './ebnf-parser.js';

/** Rules by name. */
export type RuleTable = ReadonlyMap<string, Rule>;

/**
 * The rules by name, without direct left recursion.
 *
 * @throws GrammarError naming the rule and its place.
 */
export function checkedRules(rules: readonly Rule[]): RuleTable {
  const seen = new Set<string>();
  for (const { name, place } of rules) {
    if (seen.has(name)) throw new GrammarError(place, `the rule ${shown(name)} is defined twice`);
    seen.add(name);
  }
  if (!seen.has('root')) throw new GrammarError({ line: 1, column: 1 }, 'there is no rule "root"');
  for (const { body } of rules) {
    for (const { name, place } of references(body)) {
      if (!seen.has(name)) throw new GrammarError(place, `the rule ${shown(name)} is not defined`);
    }
  }
  const table: RuleTable = new Map(rules.map((rule) => [rule.name, withoutDirectLeftRecursion(rule)]));
  refuseEndless(table);
  refuseLeftRecursion(table);
  return table;
}

/** A ::= A x | y becomes A ::= y x*. */
function withoutDirectLeftRecursion(rule: Rule): Rule {
  const ways = rule.body.type === 'choice' ? rule.body.parts : [rule.body];
  const rest = (way: Expression): Expression | undefined => {
    const parts = way.type === 'sequence' ? way.parts : [way];
    const [first, ...others] = parts;
    return first?.type === 'rule' && first.name === rule.name ? { type: 'sequence', parts: others } : undefined;
  };
  const tails = ways.map(rest).filter((tail) => tail !== undefined);
  if (tails.length === 0) return rule;
  const heads = ways.filter((way) => rest(way) === undefined);
  if (heads.length === 0) throw new GrammarError(rule.place, `the rule ${shown(rule.name)} only calls itself and can never be completed`);
  const more: Expression = { type: 'repeat', part: { type: 'choice', parts: tails }, min: 0, max: Infinity };
  return { ...rule, body: { type: 'sequence', parts: [{ type: 'choice', parts: heads }, more] } };
}

type Reference = Extract<Expression, { readonly type: 'rule' }>;

function children(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'sequence':
    case 'choice':
      return expression.parts;
    case 'repeat':
      return [expression.part];
    case 'dispatch':
    case 'token-dispatch':
      return expression.arguments.rules.map(([, body]) => body);
    default:
      return [];
  }
}

function references(expression: Expression): Reference[] {
  return expression.type === 'rule' ? [expression] : children(expression).flatMap(references);
}

/** The names for which `holds`, given the names for which it is known already, is true: the least solution. */
function leastSolution(table: RuleTable, holds: (body: Expression, known: ReadonlySet<string>) => boolean): Set<string> {
  const known = new Set<string>();
  const users = new Map<string, string[]>();
  for (const { name, body } of table.values()) {
    for (const used of references(body)) users.set(used.name, [...(users.get(used.name) ?? []), name]);
  }
  const work = [...table.keys()];
  for (let name = work.pop(); name !== undefined; name = work.pop()) {
    if (known.has(name) || !holds((table.get(name) as Rule).body, known)) continue;
    known.add(name);
    work.push(...(users.get(name) ?? []));
  }
  return known;
}

function completes(expression: Expression, known: ReadonlySet<string>): boolean {
  if (expression.type === 'rule') return known.has(expression.name);
  if (expression.type === 'repeat' && expression.min === 0) return true;
  const parts = children(expression);
  return expression.type === 'choice' ? parts.some((part) => completes(part, known)) : parts.every((part) => completes(part, known));
}

function mayBeEmpty(expression: Expression, known: ReadonlySet<string>): boolean {
  switch (expression.type) {
    case 'text':
      return expression.text === '';
    case 'rule':
      return known.has(expression.name);
    case 'sequence':
      return expression.parts.every((part) => mayBeEmpty(part, known));
    case 'choice':
      return expression.parts.some((part) => mayBeEmpty(part, known));
    case 'repeat':
      return expression.min === 0 || mayBeEmpty(expression.part, known);
    case 'dispatch':
    case 'token-dispatch':
      return true;
    default:
      return false;
  }
}

function refuseEndless(table: RuleTable): void {
  const complete = leastSolution(table, completes);
  for (const { name, place } of table.values()) {
    if (!complete.has(name)) throw new GrammarError(place, `the rule ${shown(name)} can never be completed`);
  }
}

/** Rules that can be called before anything else of the expression. */
function firstCalls(expression: Expression, empty: ReadonlySet<string>): Reference[] {
  switch (expression.type) {
    case 'rule':
      return [expression];
    case 'choice':
    case 'repeat':
      return children(expression).flatMap((part) => firstCalls(part, empty));
    case 'sequence': {
      const stop = expression.parts.findIndex((part) => !mayBeEmpty(part, empty));
      return expression.parts.slice(0, stop < 0 ? undefined : stop + 1).flatMap((part) => firstCalls(part, empty));
    }
    default:
      // A dispatch begins with text or a token.
      return [];
  }
}

function refuseLeftRecursion(table: RuleTable): void {
  const empty = leastSolution(table, mayBeEmpty);
  const done = new Set<string>();
  for (const start of table.keys()) {
    const open: { readonly name: string; readonly calls: Reference[] }[] = [];
    const enter = (name: string): void => {
      if (done.has(name)) return;
      open.push({ name, calls: firstCalls((table.get(name) as Rule).body, empty) });
    };
    enter(start);
    const inside = new Set([start]);
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const call = top.calls.pop();
      if (call === undefined) {
        open.pop();
        inside.delete(top.name);
        done.add(top.name);
      } else if (inside.has(call.name)) {
        const way = [...open.map(({ name }) => name).slice(open.findIndex(({ name }) => name === call.name)), call.name].join(' -> ');
        throw new GrammarError(call.place, `the rule ${shown(call.name)} calls itself before anything else (${way}): left recursion is supported only as "name ::= name ..."`);
      } else if (!done.has(call.name)) {
        inside.add(call.name);
        enter(call.name);
      }
    }
  }
}
