// `surecall pull`: models into the hub's cache, and which there are.

import { SurecallError } from '../errors.js';
import { CATALOG } from '../models/catalog.js';
import { hubAddressOf } from '../models/source.js';
import { downloadBar, gigabytes } from './download-bar.js';
import type { CommandEnvironment } from './environment.js';

/**
 * Downloads models, one after the other, and prints the path of each. Without any it lists those with short names.
 *
 * @throws SurecallError `SURECALL_USAGE` for what is no address; `SURECALL_DOWNLOAD`, `SURECALL_ABORTED`.
 */
export async function runPull(models: readonly string[], { stdout, stderr, signal }: CommandEnvironment): Promise<void> {
  if (models.length === 0) {
    stdout.write(`${await catalogLines()}\n`);
    return;
  }
  const addresses = models.map((model) => {
    const address = hubAddressOf(model);
    if (address !== undefined) return address;
    throw new SurecallError('SURECALL_USAGE', `${model}: not hf:owner/repo/file.gguf, and no short name (${Object.keys(CATALOG).join(', ')})`);
  });
  const { pull } = await import('../models/hub/pull.js');
  for (const address of addresses) {
    const bar = downloadBar(stderr);
    try {
      stdout.write(`${await pull(address, { signal, onDownload: (progress) => bar.update(progress) })}\n`);
    } finally {
      bar.stop();
    }
  }
}

/** The models with short names, and where those are that are downloaded. */
async function catalogLines(): Promise<string> {
  const { findCached } = await import('../models/hub/cache.js');
  const lines = Object.entries(CATALOG).map(async ([name, { address, bytes, use }]) => {
    const hub = hubAddressOf(address);
    const cached = hub === undefined ? undefined : await findCached(hub);
    return `${name.padEnd(12)} ${gigabytes(bytes).padStart(7)}  ${use}\n${' '.repeat(22)}${address}${cached === undefined ? '' : `\n${' '.repeat(22)}${cached}`}`;
  });
  return (await Promise.all(lines)).join('\n');
}
