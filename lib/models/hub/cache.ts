// The hub's cache folder, in the layout that its other clients use, so that a model that one of them downloaded is found here:
//
//   models--OWNER--REPO/blobs/HASH             a file's content; HASH.incomplete while it is downloaded
//   models--OWNER--REPO/refs/main              the commit that a branch pointed to
//   models--OWNER--REPO/snapshots/COMMIT/PATH  a link to the blob

import { copyFile, link, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { getHFHubCachePath, REPO_ID_SEPARATOR } from '@huggingface/hub';
import { isCommit, type HubAddress } from './address.js';

/** The folder of a repository. */
export function repositoryFolder({ repo }: HubAddress, cacheFolder: string = getHFHubCachePath()): string {
  return join(cacheFolder, ['models', ...repo.split('/')].join(REPO_ID_SEPARATOR));
}

/** Where the content of a file with this hash belongs. */
export function blobPath(folder: string, hash: string): string {
  return join(folder, 'blobs', hash);
}

/** The cached file of an address: that of the commit its revision pointed to last. Undefined if there is none. */
export async function findCached(address: HubAddress, folder: string = repositoryFolder(address)): Promise<string | undefined> {
  const commit = isCommit(address.revision) ? address.revision : await readReference(folder, address.revision);
  const named = commit === undefined ? [] : [commit];
  // A client that keeps no references leaves snapshots only; the newest is what it saw last.
  const commits = named.length > 0 || address.revision !== 'main' ? named : await snapshotsByAge(folder);
  for (const each of commits) {
    const path = join(folder, 'snapshots', each, ...address.path.split('/'));
    if (await exists(path)) return path;
  }
  return undefined;
}

async function readReference(folder: string, revision: string): Promise<string | undefined> {
  const text = await readFile(join(folder, 'refs', revision), 'utf8').catch(() => '');
  return isCommit(text.trim()) ? text.trim() : undefined;
}

async function snapshotsByAge(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, 'snapshots')).catch(() => []);
  const dated = await Promise.all(names.map(async (name) => ({ name, time: (await stat(join(folder, 'snapshots', name))).mtimeMs })));
  return dated.sort((a, b) => b.time - a.time).map(({ name }) => name);
}

/** Makes a snapshot's entry for a blob and returns its path. */
export async function linkSnapshot(folder: string, commit: string, path: string, blob: string): Promise<string> {
  const entry = join(folder, 'snapshots', commit, ...path.split('/'));
  await mkdir(dirname(entry), { recursive: true });
  await rm(entry, { force: true });
  // Windows allows links to some users only.
  await symlink(relative(dirname(entry), blob), entry).catch(() => link(blob, entry)).catch(() => copyFile(blob, entry));
  return entry;
}

/** Remembers which commit a branch or tag points to. */
export async function writeReference(folder: string, { revision }: HubAddress, commit: string): Promise<void> {
  if (isCommit(revision)) return;
  await mkdir(join(folder, 'refs'), { recursive: true });
  const temporary = join(folder, 'refs', `${revision}.${process.pid}.tmp`);
  await writeFile(temporary, commit);
  await rename(temporary, join(folder, 'refs', revision));
}

/** True if a path leads to a file, through links too. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
