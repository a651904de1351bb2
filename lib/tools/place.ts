// Where in somebody's tool definitions we are, so that every error can say it.

import { SurecallError, shown, type ErrorCode } from '../errors.js';

/** A place in tool definitions: which source, which tool, which property. */
export interface Place {
  /** The file, or the name of what was passed. */
  readonly where: string;
  /** Position of the tool in its list, from 0. */
  readonly index?: number;
  /** The tool's name, once known. */
  readonly tool?: string;
  /** The property, dotted, from the tool's top. */
  readonly path?: string;
}

/** The place one property further down. */
export function inside(place: Place, property: string | number): Place {
  const step = typeof property === 'number' ? `[${property}]` : property;
  const dot = place.path !== undefined && typeof property === 'string' ? '.' : '';
  return { ...place, path: `${place.path ?? ''}${dot}${step}` };
}

/** Throws an error whose message starts with the place: `functions.json: [2] "fn_x": parameters.a.type: ...`. */
export function failAt(place: Place, code: ErrorCode, message: string, value?: unknown): never {
  const tool = [
    ...(place.index === undefined ? [] : [`[${place.index}]`]),
    ...(place.tool === undefined ? [] : [shown(place.tool)]),
  ].join(' ');
  const parts = [place.where, tool, place.path ?? '', message].filter((part) => part !== '');
  throw new SurecallError(code, parts.join(': '), { details: { ...place, value } });
}
