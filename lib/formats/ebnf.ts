// Grammar -> program. Rules become rules of the program, so recursion works as written; what is regular and small is
// put into the place of its name, because there its literals share a trie and its repeats are one DFA.
//
// The engine cannot run a rule that calls itself before anything else. Where that is direct, A ::= A x | y, the rule is
// rewritten to A ::= y x*, which accepts the same texts; any other left recursion is refused by name.

import { shown } from '../errors.js';
import type { ProgramBuilder, ProgramNode, ProgramRule } from '../program/builder.js';
import { characterClass } from '../schema/code-points.js';
import { literalPattern } from '../schema/pattern.js';
import { type Dispatch, type Expression, GrammarError, parseGrammar, type Place } from './ebnf-parser.js';
import { checkedRules, type RuleTable } from './ebnf-rules.js';
import { amongTokens, FreeText } from './free-text.js';
import { invalidTag } from './tag-error.js';

/** Longer patterns, rules inside rules inside rules, and longer repeats are left to the program's own nodes. */
const MAX_PATTERN = 500;
const MAX_INLINED = 8;
const MAX_UNROLLED = 16;

/**
 * The texts of a grammar's rule `root`.
 *
 * @throws SurecallError `SURECALL_INVALID_TAG` naming the path, and line and column in the grammar.
 */
export function compileGrammar(builder: ProgramBuilder, source: string, path: string): ProgramNode {
  try {
    return new GrammarCompiler(builder, checkedRules(parseGrammar(source))).root();
  } catch (error) {
    if (error instanceof GrammarError) invalidTag(path, error.message);
    throw error;
  }
}

class GrammarCompiler {
  readonly #builder: ProgramBuilder;
  readonly #rules: RuleTable;
  readonly #calls = new Map<string, ProgramNode>();
  readonly #patterns = new Map<string, string | undefined>();
  /** Rules that are called and not compiled yet: a list, for chains of rules may be longer than any stack. */
  readonly #waiting: { readonly name: string; readonly rule: ProgramRule }[] = [];

  constructor(builder: ProgramBuilder, rules: RuleTable) {
    this.#builder = builder;
    this.#rules = rules;
  }

  root(): ProgramNode {
    const root = this.#call('root');
    for (let next = this.#waiting.pop(); next !== undefined; next = this.#waiting.pop()) {
      this.#builder.define(next.rule, this.#compile(this.#body(next.name)));
    }
    return root;
  }

  #body(name: string): Expression {
    return (this.#rules.get(name) as { body: Expression }).body;
  }

  #call(name: string): ProgramNode {
    let call = this.#calls.get(name);
    if (call === undefined) {
      const rule = this.#builder.rule();
      call = this.#builder.call(rule);
      this.#calls.set(name, call);
      this.#waiting.push({ name, rule });
    }
    return call;
  }

  #compile(expression: Expression): ProgramNode {
    const builder = this.#builder;
    switch (expression.type) {
      case 'text':
        return builder.text(expression.text);
      case 'class':
        return builder.regex(classPattern(expression));
      case 'rule': {
        const { name } = expression;
        return this.#rulePattern(name, 0) === undefined ? this.#call(name) : this.#compile(this.#body(name));
      }
      case 'sequence':
        return builder.sequence(...expression.parts.map((part) => this.#compile(part)));
      case 'choice':
        return builder.alternatives(...expression.parts.map((part) => this.#compile(part)));
      case 'repeat': {
        const pattern = this.#pattern(expression, 0);
        const { part, min, max } = expression;
        return pattern === undefined ? builder.repeat(this.#compile(part), { min, max }) : builder.regex(pattern);
      }
      case 'tokens':
        return expression.negated ? builder.anyTokenBut(expression.ids) : builder.tokenSet(expression.ids);
      case 'dispatch':
        return this.#dispatch(expression.arguments, expression.place);
      case 'token-dispatch':
        return this.#tokenDispatch(expression.arguments, expression.place);
    }
  }

  #dispatch({ rules, loop, excludes }: Dispatch<string>, place: Place): ProgramNode {
    const triggers = rules.map(([trigger]) => trigger);
    for (const [index, trigger] of triggers.entries()) {
      const other = triggers.find((one, at) => at !== index && trigger.startsWith(one)) ?? excludes.find((one) => trigger.includes(one));
      if (other !== undefined) throw new GrammarError(place, `${shown(other)} keeps ${shown(trigger)} from ever being complete`);
    }
    const dispatches = rules.map(([trigger, body]) => ({
      trigger,
      node: this.#builder.sequence(this.#builder.text(trigger), this.#compile(body)),
    }));
    return new FreeText(this.#builder, [...triggers, ...excludes]).dispatch(dispatches, { loop, atOnce: false, followers: [] });
  }

  #tokenDispatch({ rules, loop, excludes }: Dispatch<number>, place: Place): ProgramNode {
    const builder = this.#builder;
    const triggers = rules.map(([trigger]) => trigger);
    const twice = triggers.find((trigger, index) => triggers.indexOf(trigger) !== index || excludes.includes(trigger));
    if (twice !== undefined) throw new GrammarError(place, `token ${twice} is listed twice`);
    const nodes = rules.map(([trigger, body]) => builder.sequence(builder.token(trigger), this.#compile(body)));
    return amongTokens(builder, nodes, [...triggers, ...excludes], { loop, atOnce: false });
  }

  /** The expression as one pattern, if it is regular and small. */
  #pattern(expression: Expression, depth: number): string | undefined {
    switch (expression.type) {
      case 'text':
        return expression.text === '' ? '(?:)' : literalPattern([expression.text]);
      case 'class':
        return classPattern(expression);
      case 'rule':
        return this.#rulePattern(expression.name, depth);
      case 'sequence':
        return this.#joined(expression.parts, '', depth);
      case 'choice':
        return this.#joined(expression.parts, '|', depth);
      case 'repeat': {
        const { part, min, max } = expression;
        if (min > MAX_UNROLLED || (max > MAX_UNROLLED && max !== Infinity)) return undefined;
        const inside = this.#pattern(part, depth);
        return inside === undefined ? undefined : `(?:${inside}){${min},${max === Infinity ? '' : max}}`;
      }
      default:
        return undefined;
    }
  }

  #joined(parts: readonly Expression[], separator: string, depth: number): string | undefined {
    const patterns = parts.map((part) => this.#pattern(part, depth));
    if (patterns.includes(undefined)) return undefined;
    const pattern = patterns.map((one) => `(?:${one})`).join(separator);
    return pattern.length > MAX_PATTERN ? undefined : pattern;
  }

  #rulePattern(name: string, depth: number): string | undefined {
    if (this.#patterns.has(name)) return this.#patterns.get(name);
    if (depth >= MAX_INLINED) return undefined;
    // While it is looked for there is none: a rule inside itself is not regular, as far as this goes.
    this.#patterns.set(name, undefined);
    const pattern = this.#pattern(this.#body(name), depth + 1);
    this.#patterns.set(name, pattern);
    return pattern;
  }
}

function classPattern({ negated, ranges }: { readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] }): string {
  return `[${negated ? '^' : ''}${characterClass(ranges)}]`;
}
