// Where weights come from: the bundled model, a path, a short name or an address on the hub.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SurecallError, shown } from '../errors.js';
import { packageFolder } from '../native-file.js';
import { CATALOG } from './catalog.js';
import { isHubAddress, parseHubAddress, type HubAddress } from './hub/address.js';
import type { PullOptions } from './hub/pull.js';

/** The bundled demonstration model. */
const BUNDLED = join(packageFolder, 'models', 'surecall-nano.gguf');

/**
 * The file of a model: the bundled one if none is named. What is on the hub is downloaded, unless its cache has it.
 *
 * @throws SurecallError `SURECALL_MODEL_LOAD` if it does not exist, or the address is of a kind that is not supported;
 * `SURECALL_DOWNLOAD`, `SURECALL_ABORTED`.
 */
export async function resolveModel(source: string | undefined, options: PullOptions = {}): Promise<string> {
  if (source === undefined) return BUNDLED;
  if (typeof source !== 'string' || source === '') {
    throw new SurecallError('SURECALL_MODEL_LOAD', `model: must be a file, a short name or an address, got ${shown(source)}`);
  }
  const address = hubAddressOf(source);
  if (address !== undefined) {
    // Loaded late: the hub's client is the largest of our dependencies.
    const { cachedOrPulled } = await import('./hub/pull.js');
    return cachedOrPulled(address, options);
  }
  if (existsSync(source)) return source;
  const isAddress = /^[a-z]+:/i.test(source) && !/^[a-z]:[\\/]/i.test(source);
  throw new SurecallError(
    'SURECALL_MODEL_LOAD',
    `model ${source}: ${isAddress ? 'only hf: addresses are supported' : 'no such file'}; models with short names are ${Object.keys(CATALOG).join(', ')}`,
    { details: { path: source } },
  );
}

/** The address on the hub that a source means, directly or by a short name; undefined for a path. A file of that name goes first. */
export function hubAddressOf(source: string): HubAddress | undefined {
  if (isHubAddress(source)) return parseHubAddress(source);
  const entry = Object.hasOwn(CATALOG, source) ? CATALOG[source] : undefined;
  return entry === undefined || existsSync(source) ? undefined : parseHubAddress(entry.address);
}
