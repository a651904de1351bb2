// Where weights come from: the bundled model or a path. (Hub addresses come with downloads.)

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SurecallError, shown } from '../errors.js';

/** The bundled demonstration model; relative to this file both as source and as built. */
const BUNDLED = fileURLToPath(new URL('../../models/surecall-nano.gguf', import.meta.url));

/**
 * The file of a model: the bundled one if none is named.
 *
 * @throws SurecallError `SURECALL_MODEL_LOAD` if it does not exist, or the address is of a kind that is not supported.
 */
export function resolveModel(source: string | undefined): string {
  if (source === undefined) return BUNDLED;
  if (typeof source !== 'string' || source === '') {
    throw new SurecallError('SURECALL_MODEL_LOAD', `model: must be the path of a GGUF file, got ${shown(source)}`);
  }
  if (/^[a-z]+:/i.test(source) && !/^[a-z]:[\\/]/i.test(source)) {
    throw new SurecallError('SURECALL_MODEL_LOAD', `model ${source}: only paths of GGUF files are supported yet`, {
      details: { source },
    });
  }
  if (!existsSync(source)) {
    throw new SurecallError('SURECALL_MODEL_LOAD', `model ${source}: no such file`, { details: { path: source } });
  }
  return source;
}
