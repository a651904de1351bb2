// `surecall serve`: flags -> a model and a server, until a signal comes.

import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_SERVER_LIMITS as DEFAULTS, type ServerLimits } from '../defaults.js';
import { SurecallError } from '../errors.js';
import type { FormatInput } from '../formats/index.js';
import type { LoadModelOptions } from '../models/model.js';
import type { GpuOption } from '../native-types.js';
import { downloadBar } from './download-bar.js';
import type { CommandEnvironment } from './environment.js';
import { formatFlag } from './format-flag.js';
import { DEMONSTRATION_NOTICE } from './notice.js';
import { addModelFlags, positiveInteger } from './flags.js';
import { prefixCacheFolder } from './prefix-cache.js';

/** The flags as commander names them. */
export interface ServeFlags {
  readonly model?: string;
  readonly threads?: number;
  readonly gpu?: GpuOption;
  readonly slots?: number;
  readonly context_size?: number;
  readonly cache_size?: number;
  readonly prefix_cache?: string;
  readonly format: FormatInput | 'auto';
  readonly host: string;
  readonly port: number;
  readonly name?: string;
  readonly api_key?: string;
  readonly cors?: readonly string[];
  readonly max_body: number;
  readonly max_depth: number;
  readonly max_tools: number;
  readonly max_tokens: number;
  readonly default_tokens: number;
  readonly max_alternatives: number;
  readonly max_listed: number;
  readonly compile_timeout: number;
  readonly queue: number;
  readonly request_timeout: number;
  readonly receive_timeout: number;
  readonly keep_alive: number;
  readonly shutdown_timeout: number;
  readonly max_callers: number;
  readonly max_caller_bytes: number;
}

/** The variable that holds the API key: flags can be seen by everyone on the machine. */
const API_KEY_VARIABLE = 'SURECALL_API_KEY';

/** Adds the flags of `surecall serve`. */
export function addServeFlags(command: Command): Command {
  addModelFlags(command)
    .option('--slots <count>', 'requests that the model works on side by side', positiveInteger)
    .option('--context_size <tokens>', 'longest prompt and answer together', positiveInteger)
    .option('--cache_size <tokens>', 'size of the KV cache, for all requests together', positiveInteger)
    .option('--prefix_cache <folder>', 'where evaluated tools are kept between runs; "off" for nowhere (default: a folder of the system\'s cache)')
    .option('--format <name>', 'how calls are written: auto, a name that `surecall formats` lists, or a .json file with a format', formatFlag, 'auto')
    .option('--host <address>', 'where to listen; 0.0.0.0 for every network', '127.0.0.1')
    .option('--port <number>', '0 for any that is free', port, 8080)
    .option('--name <name>', 'what clients call the model (default: the name in its file)')
    .option('--api_key <key>', `the key that clients must send; better: the variable ${API_KEY_VARIABLE}`)
    .option('--cors <origin...>', 'origins whose pages may use the server from a browser, or "*" (default: none)');
  return addLimitFlags(command);
}

function addLimitFlags(command: Command): Command {
  const { schema } = DEFAULTS;
  return command
    .option('--max_body <bytes>', 'largest request', positiveInteger, DEFAULTS.bodyBytes)
    .option('--max_depth <levels>', 'deepest nesting of a request', positiveInteger, DEFAULTS.bodyDepth)
    .option('--max_tools <count>', 'most tools of a request', positiveInteger, DEFAULTS.tools)
    .option('--max_tokens <count>', 'longest answer that may be asked for', positiveInteger, DEFAULTS.tokens)
    .option('--default_tokens <count>', 'longest answer where the request does not say', positiveInteger, DEFAULTS.defaultTokens)
    .option('--max_alternatives <count>', 'most alternatives of one value of a schema', positiveInteger, schema.alternatives)
    .option('--max_listed <count>', 'most values of one "enum" of a schema', positiveInteger, schema.listedValues)
    .option('--compile_timeout <seconds>', 'longest time to compile the schemas of a request', seconds, (schema.compileMs ?? 0) / 1000)
    .option('--queue <count>', 'most requests that wait for a slot', wholeNumber, DEFAULTS.queue)
    .option('--request_timeout <seconds>', 'longest time from a request to the end of its answer', seconds, DEFAULTS.requestMs / 1000)
    .option('--receive_timeout <seconds>', 'longest time to send a request', seconds, DEFAULTS.receiveMs / 1000)
    .option('--keep_alive <seconds>', 'silence on a stream after which a comment is sent', seconds, DEFAULTS.keepAliveMs / 1000)
    .option('--shutdown_timeout <seconds>', 'how long running requests may go on after SIGINT or SIGTERM', seconds, DEFAULTS.shutdownMs / 1000)
    .option('--max_callers <count>', 'most compiled sets of tools that are kept', positiveInteger, DEFAULTS.callers)
    .option('--max_caller_bytes <bytes>', 'most memory that they hold', positiveInteger, DEFAULTS.callerBytes);
}

/**
 * Serves until the environment's signal, then lets what runs come to its end.
 *
 * @throws SurecallError what loading throws, and where the address cannot be listened on.
 */
export async function serve(flags: ServeFlags, { stderr, signal }: CommandEnvironment, variables: NodeJS.ProcessEnv = process.env): Promise<void> {
  const apiKey = keyOf(flags, variables);
  const [{ loadModel }, { startServer }] = await Promise.all([import('../index.js'), import('../server/server.js')]);
  if (flags.model === undefined) stderr.write(DEMONSTRATION_NOTICE);
  const bar = downloadBar(stderr);
  const loading = loadModel(flags.model, { ...loadOptions(flags), signal, onDownload: (progress) => bar.update(progress) });
  await using model = await loading.finally(() => bar.stop());
  const { host, port: number, name, cors: corsOrigins = [] } = flags;
  const server = await startServer(model, {
    host,
    port: number,
    format: flags.format,
    corsOrigins,
    limits: limitsOf(flags),
    onError: (error) => { stderr.write(`surecall: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`); },
    ...(name === undefined ? {} : { name }),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  stderr.write(`surecall: serving ${JSON.stringify(server.name)} at ${server.url}/v1\n`);
  await aborted(signal);
  stderr.write('surecall: finishing what runs; interrupt again to stop at once\n');
  await server.close();
}

/** A key that is there and empty is a mistake which would leave the server open. */
function keyOf({ api_key: key }: ServeFlags, variables: NodeJS.ProcessEnv): string | undefined {
  const apiKey = key ?? variables[API_KEY_VARIABLE];
  if (apiKey === '') throw new SurecallError('SURECALL_USAGE', `the API key is empty: leave out --api_key and ${API_KEY_VARIABLE} to serve without one`);
  return apiKey;
}

function loadOptions({ threads, gpu, slots, context_size: contextSize, cache_size: cacheSize, prefix_cache: folder }: ServeFlags): LoadModelOptions {
  const prefixCacheDir = prefixCacheFolder(folder);
  return {
    ...(threads === undefined ? {} : { threads }),
    ...(gpu === undefined ? {} : { gpu }),
    ...(slots === undefined ? {} : { slots }),
    ...(contextSize === undefined ? {} : { contextSize }),
    ...(cacheSize === undefined ? {} : { cacheSize }),
    ...(prefixCacheDir === undefined ? {} : { prefixCacheDir }),
  };
}

function limitsOf(flags: ServeFlags): ServerLimits {
  return {
    bodyBytes: flags.max_body,
    bodyDepth: flags.max_depth,
    tools: flags.max_tools,
    tokens: flags.max_tokens,
    defaultTokens: flags.default_tokens,
    schema: { alternatives: flags.max_alternatives, listedValues: flags.max_listed, compileMs: flags.compile_timeout * 1000 },
    queue: flags.queue,
    requestMs: flags.request_timeout * 1000,
    receiveMs: flags.receive_timeout * 1000,
    keepAliveMs: flags.keep_alive * 1000,
    shutdownMs: flags.shutdown_timeout * 1000,
    callers: flags.max_callers,
    callerBytes: flags.max_caller_bytes,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function port(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError('Not a port.');
  return value;
}

function wholeNumber(text: string): number {
  return text === '0' ? 0 : positiveInteger(text);
}

/** Longer than a timer can wait is a mistake. */
const MOST_SECONDS = 2_000_000;

function seconds(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > MOST_SECONDS) throw new InvalidArgumentError('Not a number of seconds.');
  return value;
}
