// The progress bar, on terminals only: in a log file it would be noise.

import { Presets, SingleBar, type GenericFormatter } from 'cli-progress';
import type { OutputStream } from './environment.js';

/** Shows how many prompts are done, how many a second, and how long the rest takes. */
export interface Progress {
  readonly isShown: boolean;
  advance(): void;
  /** Says how many there are, or that nobody knows. */
  setTotal(total: number | undefined): void;
  /** Removes the bar. */
  stop(): void;
}

const BAR_WIDTH = 40;

const NO_PROGRESS: Progress = { isShown: false, advance: () => undefined, setTotal: () => undefined, stop: () => undefined };

/** A bar on a terminal, nothing elsewhere. `alreadyDone` counts as done but not into the rate. */
export function showProgress(stream: OutputStream, isWanted: boolean, alreadyDone = 0): Progress {
  if (!isWanted || stream.isTTY !== true) return NO_PROGRESS;
  const bar = new SingleBar({ stream, format: formatter(alreadyDone), hideCursor: true, clearOnComplete: true }, Presets.shades_classic);
  let isStarted = false;
  const start = (total: number): void => {
    if (isStarted) return bar.setTotal(total);
    isStarted = true;
    bar.start(total, alreadyDone);
  };
  let waiting = 0;
  return {
    isShown: true,
    // Until the total is known there is no bar, so that none without a total flashes up.
    advance: () => void (isStarted ? bar.increment() : waiting++),
    setTotal(total) {
      start(total ?? 0);
      if (waiting > 0) bar.increment(waiting);
      waiting = 0;
    },
    stop: () => void (isStarted && bar.stop()),
  };
}

function formatter(alreadyDone: number): GenericFormatter {
  return (_, { value, total, startTime, progress }) => {
    const seconds = (Date.now() - startTime) / 1000;
    const rate = seconds > 0 ? (value - alreadyDone) / seconds : 0;
    const speed = `${rate.toFixed(rate < 10 ? 1 : 0)}/s`;
    if (total === 0) return `${value} prompts, ${speed}`;
    const left = rate > 0 ? `, ${duration((total - value) / rate)} left` : '';
    return `${'\u2588'.repeat(Math.round(progress * BAR_WIDTH)).padEnd(BAR_WIDTH, '\u2591')} ${value}/${total} prompts, ${speed}${left}`;
  };
}

/** `59s`, `12m05s`, `3h07m`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 60) return `${whole}s`;
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`;
}
