// What a server can be told, and what it does where it is told nothing.

import { basename } from 'node:path';
import { DEFAULT_SERVER_LIMITS, type ServerLimits } from '../defaults.js';
import type { FormatInput } from '../formats/index.js';
import type { ServedModel } from './served-model.js';

/** Options of {@link startServer}. */
export interface ServerOptions {
  /** The address to listen on. Default 127.0.0.1: this machine only. */
  readonly host?: string;
  /** Default 8080; 0 for any that is free. */
  readonly port?: number;
  /** What clients call the model. Default: the name in its file, or the file's. */
  readonly name?: string;
  /** How calls are written. Default: as the model was trained to. */
  readonly format?: FormatInput | 'auto';
  /** The key that clients must send. Default: none is asked for. */
  readonly apiKey?: string;
  /** Origins whose pages may use the server from a browser; `*` for all. Default: none. */
  readonly corsOrigins?: readonly string[];
  readonly limits?: Partial<ServerLimits>;
  /** Told about errors that are the server's own, which clients see only as status 500. */
  readonly onError?: (error: unknown) => void;
}

/** All of them, decided. */
export interface ResolvedOptions {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly format: FormatInput | 'auto';
  readonly apiKey: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly limits: ServerLimits;
  readonly onError: (error: unknown) => void;
}

/** The port of servers that nobody told otherwise. */
const DEFAULT_PORT = 8080;

/** Fills in what was not said. */
export function resolveOptions({ info }: ServedModel, options: ServerOptions): ResolvedOptions {
  const { host = '127.0.0.1', port = DEFAULT_PORT, format = 'auto', apiKey, corsOrigins = [], onError = () => undefined } = options;
  const fileName = basename(info.path).replace(/\.gguf$/i, '');
  const limits = { ...DEFAULT_SERVER_LIMITS, ...options.limits };
  return { host, port, name: options.name ?? (info.name === '' ? fileName : info.name), format, apiKey, corsOrigins, limits, onError };
}
