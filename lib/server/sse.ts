// Server-sent events: text of the stream, and comments while there is nothing to say.

/** The headers of a stream; the last one keeps nginx from holding it back. */
export const SSE_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** What clients wait for at the end of a stream. */
export const DONE = 'data: [DONE]\n\n';

/** A line that clients do not see. */
export const KEEP_ALIVE = ': waiting\n\n';

/** One event. */
export function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** Stands for a value that is not there yet. */
export const WAITING = Symbol('waiting');

/** What a promise gives, or {@link WAITING} if that takes longer. */
export async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T | typeof WAITING> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<typeof WAITING>((resolve) => { timer = setTimeout(resolve, milliseconds, WAITING); });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
