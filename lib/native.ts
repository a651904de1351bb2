// Loads the native addon, the one place where JavaScript meets C++.

import { createRequire } from 'node:module';
import { SurecallError } from './errors.js';
import { addonFiles, gpuPackages, platform, type AddonFile } from './native-file.js';
import type { NativeAddon } from './native-types.js';

/** The addon and the file that it came from. */
export interface LoadedAddon {
  readonly addon: NativeAddon;
  readonly file: AddonFile;
  /** Files that were tried before it, and why they did not load. */
  readonly refused: readonly string[];
}

/**
 * Loads the first of the files that loads.
 *
 * @throws SurecallError `SURECALL_NATIVE` if none does, saying why and what to do.
 */
export function loadAddon(files: readonly AddonFile[] = addonFiles()): LoadedAddon {
  const require = createRequire(import.meta.url);
  const refused: string[] = [];
  for (const file of files) {
    try {
      const addon = require(file.path) as NativeAddon;
      const gpuFolders = gpuPackages().flatMap(({ folder }) => (folder === undefined ? [] : [folder]));
      addon.setBackendFolders([file.backendFolder, ...gpuFolders]);
      return { addon, file, refused };
    } catch (cause) {
      refused.push(`${file.path}: ${cause instanceof Error ? cause.message.split('\n', 1)[0] : String(cause)}`);
    }
  }
  const found = refused.length === 0 ? `there is no prebuilt one for ${platform} and none was built` : refused.join('; ');
  throw new SurecallError('SURECALL_NATIVE', `the native addon cannot be loaded (${found}). ${ADVICE}`, { details: { refused } });
}

const ADVICE =
  'Build it with `npm rebuild surecall --build-from-source` (it needs CMake and a C++20 compiler); `npx surecall doctor` says more.';

/** How the addon was loaded. */
export const loaded: LoadedAddon = loadAddon();

export const addon: NativeAddon = loaded.addon;
