// One client: request after request, each a stream that is read to its end and checked.

/** What all clients count together. */
export class Tally {
  requests = 0;
  chunks = 0;
  tokens = 0;
  readonly gapMs: number[] = [];
  readonly firstMs: number[] = [];
  readonly totalMs: number[] = [];
  readonly errors: string[] = [];
}

/** What a client does. */
export interface ClientOptions {
  readonly url: string;
  /** The request without its messages. */
  readonly body: object;
  /** No request begins after this time of `performance.now()`. */
  readonly until: number;
}

/** Sends requests until the time is up. */
export async function runClient(client: number, { url, body, until }: ClientOptions, tally: Tally): Promise<void> {
  for (let i = 0; performance.now() < until; i++) {
    const messages = [{ role: 'user', content: `Request ${client}-${i}: is ${(client * 7919 + i * 31) % 1000} an even number?` }];
    const started = performance.now();
    try {
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...body, messages, seed: client * 1000 + i }),
      });
      if (response.status !== 200 || response.body === null) throw new Error(`${response.status} ${await response.text()}`);
      await readStream(response.body, started, tally);
      tally.requests++;
    } catch (error) {
      tally.errors.push(String((error as Error).message).slice(0, 200));
    }
  }
}

async function readStream(stream: ReadableStream<Uint8Array>, started: number, tally: Tally): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  let last: number | undefined;
  for await (const bytes of stream as unknown as AsyncIterable<Uint8Array>) {
    const now = performance.now();
    if (last === undefined) tally.firstMs.push(now - started);
    else tally.gapMs.push(now - last);
    last = now;
    text += decoder.decode(bytes, { stream: true });
  }
  tally.totalMs.push(performance.now() - started);
  count(text, tally);
}

/** What is read of a chunk. */
interface Chunk {
  readonly error?: unknown;
  readonly usage?: { readonly completion_tokens: number };
  readonly choices: readonly { readonly delta: { readonly tool_calls?: readonly { readonly index: number; readonly function: { readonly arguments?: string } }[] } }[];
}

/** Counts chunks and tokens; a stream that is not as it should be is an error. */
function count(text: string, tally: Tally): void {
  const events = text.split('\n\n').filter((event) => event.startsWith('data: ')).map((event) => event.slice('data: '.length));
  if (events.pop() !== '[DONE]') throw new Error('a stream without [DONE]');
  const chunks = events.map((event) => JSON.parse(event) as Chunk);
  const failed = chunks.find(({ error }) => error !== undefined);
  if (failed !== undefined) throw new Error(JSON.stringify(failed.error));
  const calls = new Map<number, string>();
  for (const { index, function: { arguments: part = '' } } of chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? [])) {
    calls.set(index, (calls.get(index) ?? '') + part);
  }
  for (const args of calls.values()) JSON.parse(args);
  tally.chunks += chunks.length;
  tally.tokens += chunks.at(-1)?.usage?.completion_tokens ?? 0;
}
