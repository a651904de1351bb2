// Whether an answer is right by BFCL's rules, in our words in ../shared/bfcl-scorer.md; test/bench/bfcl/score.test.ts holds this
// against the verdicts of BFCL's own checker.

import type { ExactJson } from '../../text/exact-json.js';
import { type Rules, valueFault } from './check-value.js';
import { calledName, type BfclItem, type DocParameter, type FunctionDoc, type RightCall } from './item.js';
import { javaValue } from './java.js';
import { javascriptValue } from './javascript.js';
import type { WrittenCall } from '../written-call.js';

/** Reads an argument that is source text of another language; what it cannot read stays the text. */
type ReadLiteral = (text: string, doc: DocParameter) => ExactJson;

/** Why the calls are not a right answer to the item; undefined if they are. */
export function bfclFault(item: BfclItem, calls: readonly WrittenCall[]): string | undefined {
  const { groundTruth, category, docs } = item;
  if (groundTruth === undefined) return calls.length === 0 ? undefined : 'no call is right';
  if (calls.length !== groundTruth.length) return `${calls.length} calls, not ${groundTruth.length}`;
  const judge = judgeOf(category);
  const docOf = (right: RightCall): FunctionDoc | undefined => (/multiple|parallel/.test(category) ? docs.find(({ name }) => name === right.name) : docs[0]);
  const left = [...calls];
  for (const right of groundTruth) {
    const doc = docOf(right);
    if (doc === undefined) return `the data has no function ${right.name}`;
    const faults = left.map((call) => callFault(call, doc, right, judge));
    const found = faults.indexOf(undefined);
    if (found < 0) return faults.length === 1 ? faults[0] : `no call is the right one of ${right.name}`;
    left.splice(found, 1);
  }
  return undefined;
}

interface Judge extends Rules {
  readonly read: ReadLiteral | undefined;
}

function judgeOf(category: string): Judge {
  const read = category.endsWith('javascript') ? javascriptValue : category.endsWith('java') ? javaValue : undefined;
  return { read, widensIntegers: read === undefined };
}

function callFault(call: WrittenCall, doc: FunctionDoc, right: RightCall, judge: Judge): string | undefined {
  if (call.name !== calledName(doc.name)) return `calls ${call.name}`;
  const missing = doc.parameters.required?.find((name) => !call.arguments.has(name));
  if (missing !== undefined) return `${missing}: is missing`;
  for (const [name, value] of call.arguments) {
    const declared = Object.hasOwn(doc.parameters.properties, name) ? doc.parameters.properties[name] : undefined;
    const fault = argumentFault(value, declared, right.parameters.get(name), judge);
    if (fault !== undefined) return `${name}: ${fault}`;
  }
  const absent = [...right.parameters].find(([name, values]) => !call.arguments.has(name) && !values.includes(''));
  return absent === undefined ? undefined : `${absent[0]}: is missing`;
}

function argumentFault(value: ExactJson, doc: DocParameter | undefined, right: readonly ExactJson[] | undefined, { read, ...rules }: Judge): string | undefined {
  if (doc === undefined || right === undefined) return 'is not expected';
  if (read === undefined) return valueFault(value, doc, right, rules);
  return typeof value === 'string' ? valueFault(read(value, doc), doc, right, rules) : 'must be source text in a string';
}
