// Data of other projects that lies beside the checkout and is not part of it. Tests that use it skip where it is absent.

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** A path inside the repository. */
export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

/** A path inside the shared data folder: beside the checkout, or inside it, or where SURECALL_SHARED says. */
export function sharedPath(path: string): string | undefined {
  const roots = [process.env['SURECALL_SHARED'], repositoryPath('../shared'), repositoryPath('shared')];
  return roots.flatMap((root) => (root === undefined ? [] : [`${root}/${path}`])).find((candidate) => existsSync(candidate));
}

/** The rows of a file of JSON lines, gzipped or not. */
export function readRows(path: string): unknown[] {
  const bytes = readFileSync(path);
  const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
}
