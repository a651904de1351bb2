// Resident memory of this process, now and at its peak. From /proc on Linux, where the peak can be restarted after
// loading; elsewhere the peak is that of the whole life.

import { readFileSync, writeFileSync } from 'node:fs';

/** Forgets the peak so far. */
export function restartPeak(): void {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // Not Linux, or not allowed.
  }
}

/** Resident bytes. */
export function memoryBytes(): { readonly now: number; readonly peak: number } {
  try {
    const status = readFileSync('/proc/self/status', 'utf8');
    const read = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) * 1024;
    return { now: read('VmRSS'), peak: read('VmHWM') };
  } catch {
    return { now: process.memoryUsage.rss(), peak: process.resourceUsage().maxRSS * 1024 };
  }
}
