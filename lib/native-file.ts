// Where the addon may lie, and what belongs to it: nothing is loaded here, so that `surecall doctor` and the installer can say
// what there is where nothing loads.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A file that may be the addon. */
export interface AddonFile {
  readonly path: string;
  /** Compiled on this machine, or for all of its kind. */
  readonly kind: 'build' | 'prebuild';
  /** Where its backends lie, if they are files. */
  readonly backendFolder: string;
}

/** A package that brings the backend of a GPU. */
export interface GpuPackage {
  readonly name: string;
  /** Where its backend lies; absent if it cannot be used. */
  readonly folder?: string;
  /** Why it cannot be used. */
  readonly reason?: string;
}

/** The folder of this package: two up from lib/ and dist/ alike. */
export const packageFolder = fileURLToPath(new URL('..', import.meta.url));

/** `linux-x64`: how folders of prebuilds are named. */
export const platform = `${process.platform}-${process.arch}`;

/** The files that may be the addon, those to try first in front. */
export function addonFiles(root: string = packageFolder): AddonFile[] {
  const built = join(root, 'build', 'addon', 'Release', 'surecall.node');
  return [
    ...(existsSync(built) ? [{ path: built, kind: 'build', backendFolder: dirname(built) } as const] : []),
    ...prebuilds(join(root, 'prebuilds', platform)),
  ];
}

/**
 * On Linux there is one prebuild for each C library, `surecall.glibc.node` with its backends in `glibc/`. Which one is right is
 * found by trying: the other does not load.
 */
function prebuilds(folder: string): AddonFile[] {
  if (!existsSync(folder)) return [];
  const isAlpine = existsSync('/etc/alpine-release');
  const files = readdirSync(folder).filter((name) => name.endsWith('.node')).sort();
  return (isAlpine ? files.reverse() : files).map((name) => {
    const libc = /\.(glibc|musl)\.node$/.exec(name)?.[1];
    return { path: join(folder, name), kind: 'prebuild', backendFolder: libc === undefined ? folder : join(folder, libc) };
  });
}

/** The optional package with CUDA's backend for this platform. It must be of the version of this package: they share data structures. */
export function gpuPackages(root: string = packageFolder): GpuPackage[] {
  if (platform !== 'linux-x64' && platform !== 'win32-x64') return [];
  const name = `@surecall/cuda-${platform}`;
  let manifest: string;
  try {
    manifest = createRequire(join(root, 'package.json')).resolve(`${name}/package.json`);
  } catch {
    return [{ name, reason: 'not installed' }];
  }
  const [own, its] = [versionIn(join(root, 'package.json')), versionIn(manifest)];
  if (own !== its) return [{ name, reason: `is version ${its}, and surecall ${own}: install the same` }];
  return [{ name, folder: join(dirname(manifest), 'backends') }];
}

function versionIn(manifest: string): string {
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version;
}
