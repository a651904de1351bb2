// How far a download is: a bar on terminals, a line at the beginning elsewhere.

import { Presets, SingleBar } from 'cli-progress';
import type { DownloadProgress } from '../models/hub/pull.js';
import type { OutputStream } from './environment.js';
import { duration } from './progress.js';

/** Shows downloads. */
export interface DownloadBar {
  update(progress: DownloadProgress): void;
  stop(): void;
}

const BAR_WIDTH = 30;

/** A bar that appears with the first bytes. */
export function downloadBar(stream: OutputStream): DownloadBar {
  let bar: SingleBar | undefined;
  let isAnnounced = false;
  return {
    update({ file, received, total }) {
      if (received >= total && bar === undefined) return; // it was all there
      if (stream.isTTY !== true) {
        if (!isAnnounced) stream.write(`surecall: downloading ${file} (${gigabytes(total)})\n`);
        isAnnounced = true;
        return;
      }
      if (bar === undefined) {
        const first = received;
        bar = new SingleBar({ stream, hideCursor: true, clearOnComplete: true, format: (_, { value, total: all, startTime, progress }, { file: name }: { file: string }) => {
          const rate = ((value - first) / Math.max(1, Date.now() - startTime)) * 1000;
          const filled = '\u2588'.repeat(Math.round(progress * BAR_WIDTH)).padEnd(BAR_WIDTH, '\u2591');
          return `${filled} ${name} ${gigabytes(value)} of ${gigabytes(all)}, ${(rate / 1e6).toFixed(1)} MB/s${rate > 0 ? `, ${duration((all - value) / rate)} left` : ''}`;
        } }, Presets.shades_classic);
        bar.start(total, received, { file });
      }
      bar.update(received, { file });
    },
    stop: () => void bar?.stop(),
  };
}

/** `639 MB`, `2.5 GB`. */
export function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
