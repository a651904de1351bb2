// The first right answer to an item: of every parameter the first value that is listed, as a model would write it.

import type { JsonSchema } from '../../schema/json-schema.js';
import { type ExactJson, type ExactObject, isExactArray, isExactObject } from '../../text/exact-json.js';
import { type BfclItem, calledName, type DocParameter, type RightCall } from './item.js';
import type { WrittenCall } from '../written-call.js';
import { javascriptSource, javaSource } from './source-text.js';

/** The calls of the first right answer, arguments in the order in which the tool declares them; none where no call is right. */
export function firstAnswer(item: BfclItem): WrittenCall[] {
  return (item.groundTruth ?? []).map((right) => firstCall(item, right));
}

function firstCall({ category, docs, tools }: BfclItem, right: RightCall): WrittenCall {
  const name = calledName(right.name);
  const doc = docs.find((one) => one.name === right.name) ?? docs[0];
  const write = (value: ExactJson, parameter: DocParameter): ExactJson => {
    if (category === 'simple_java') return javaSource(value, parameter);
    return category === 'simple_javascript' ? javascriptSource(value) : value;
  };
  const members = [...right.parameters].flatMap(([key, values]): [string, ExactJson][] => {
    const isRequired = doc?.parameters.required?.includes(key) === true;
    const value = first(isRequired ? values.filter((one) => one !== '') : values);
    return value === undefined ? [] : [[key, write(value, doc?.parameters.properties[key] ?? { type: 'any' })]];
  });
  const tool = tools.find((one) => one.function.name === name);
  return { name, arguments: inDeclaredOrder(new Map(members), tool?.function.parameters) as ExactObject };
}

/** Members in the order of the declaration, in which the mask wants them; undeclared ones at the end. */
function inDeclaredOrder(value: ExactJson, schema: JsonSchema | undefined): ExactJson {
  if (typeof schema !== 'object') return value;
  if (isExactArray(value)) return value.map((item) => inDeclaredOrder(item, schema.items));
  if (!isExactObject(value)) return value;
  const { properties = {} } = schema;
  const names = Object.keys(properties).filter((name) => value.has(name));
  const others = [...value.keys()].filter((name) => !Object.hasOwn(properties, name));
  return new Map([...names, ...others].map((name) => [name, inDeclaredOrder(value.get(name) as ExactJson, properties[name])]));
}

/** The first value that counts; undefined where that is to leave the parameter out. */
function first(values: ExactJson): ExactJson | undefined {
  const [value = ''] = isExactArray(values) ? values : [values];
  return value === '' ? undefined : withFirsts(value);
}

/** Members of objects list the values that count, too. */
function withFirsts(value: ExactJson): ExactJson {
  if (isExactArray(value)) return value.map(withFirsts);
  if (!isExactObject(value)) return value;
  return new Map([...value].flatMap(([key, values]): [string, ExactJson][] => {
    const inner = first(values);
    return inner === undefined ? [] : [[key, inner]];
  }));
}
