// How the schema compiler says no: always with the JSON pointer of the keyword at fault.

import { SurecallError } from '../errors.js';

/**
 * Refuses a schema.
 *
 * @param pointer Of the keyword or schema at fault.
 * @throws SurecallError `SURECALL_UNSUPPORTED_SCHEMA`, always.
 */
export function refuse(pointer: string, why: string): never {
  throw new SurecallError('SURECALL_UNSUPPORTED_SCHEMA', `schema at ${pointer === '' ? 'its root' : pointer}: ${why}`, {
    details: { pointer },
  });
}
