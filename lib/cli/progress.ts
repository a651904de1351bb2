// The progress bar, on terminals only: in a log file it would be noise.

import { Presets, SingleBar } from 'cli-progress';
import type { OutputStream } from './environment.js';

/** Shows how many prompts are done. */
export interface Progress {
  advance(): void;
  /** Removes the bar. */
  stop(): void;
}

const NO_PROGRESS: Progress = { advance: () => undefined, stop: () => undefined };

/** A bar on a terminal, nothing elsewhere. */
export function showProgress(stream: OutputStream, total: number): Progress {
  if (stream.isTTY !== true || total === 0) return NO_PROGRESS;
  const format = '{bar} {value}/{total} prompts, {eta_formatted} left';
  const bar = new SingleBar({ stream, format, hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  bar.start(total, 0);
  return { advance: () => bar.increment(), stop: () => bar.stop() };
}
