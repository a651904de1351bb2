// Where the command line keeps evaluated tools between runs, so that the next one on the same tools starts with answers.

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The flag's value that keeps nothing. */
export const NO_PREFIX_CACHE = 'off';

/** The folder for a value of `--prefix_cache`; without one, a folder of the system's cache ($SURECALL_CACHE, if set). */
export function prefixCacheFolder(flag: string | undefined, environment: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string | undefined {
  if (flag === NO_PREFIX_CACHE) return undefined;
  return flag === undefined ? join(cacheFolder(environment, platform), 'prefixes') : resolve(flag);
}

function cacheFolder(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  const own = environment['SURECALL_CACHE'];
  if (own !== undefined && own !== '') return resolve(own);
  if (platform === 'win32') return join(environment['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'surecall');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'surecall');
  const system = environment['XDG_CACHE_HOME'];
  return join(system === undefined || system === '' ? join(homedir(), '.cache') : system, 'surecall');
}
