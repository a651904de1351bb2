// One process at a time works on a file. The lock is a folder, since making one either succeeds or fails everywhere; whoever holds
// it touches it, so that one that a killed process left is recognised by its age.

import { mkdir, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const TOUCH_MS = 2_000;
const STALE_MS = 15_000;
const POLL_MS = 200;

/** Runs `work` while holding the lock at a path. Waits for others; the signal ends the waiting. */
export async function withLock<T>(path: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  while (!(await take(path))) {
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
  const touching = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), TOUCH_MS);
  touching.unref();
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await rm(path, { recursive: true, force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const age = await stat(path).then(({ mtimeMs }) => Date.now() - mtimeMs, () => 0);
  if (age > STALE_MS) await rm(path, { recursive: true, force: true });
  return false;
}
