// How a fault in a structural tag is reported: always with the JSON pointer of the place.

import { SurecallError, shown } from '../errors.js';

/** Throws `SURECALL_INVALID_TAG` naming the place in the tag, the rule and what was found there. */
export function invalidTag(path: string, why: string, found?: { readonly value: unknown }): never {
  const got = found === undefined ? '' : `; got ${shown(found.value)}`;
  throw new SurecallError('SURECALL_INVALID_TAG', `structural tag at ${path === '' ? 'its root' : path}: ${why}${got}`, {
    details: { path },
  });
}

/** Runs `compile`; errors of the schema compiler that know no place in the tag get this one. */
export function at<T>(path: string, compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (error instanceof SurecallError && error.code === 'SURECALL_UNSUPPORTED_SCHEMA') invalidTag(path, error.message);
    throw error;
  }
}
