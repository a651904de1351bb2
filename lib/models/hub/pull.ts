// From an address on the hub to a file in the cache.

import { HubApiError, modelInfo, pathsInfo, type PathInfo } from '@huggingface/hub';
import { setTimeout as sleep } from 'node:timers/promises';
import { SurecallError } from '../../errors.js';
import { formatHubAddress, isCommit, partsOf, type HubAddress } from './address.js';
import { blobPath, exists, findCached, linkSnapshot, repositoryFolder, writeReference } from './cache.js';
import { withLock } from './lock.js';
import { DEFAULT_PATIENCE, explainStatus, receive, type Patience } from './receive.js';
import { hubSettings, type HubSettings } from './settings.js';

/** How far a download is. */
export interface DownloadProgress {
  /** The file that is being received. */
  readonly file: string;
  /** Bytes of the whole model that are there. */
  readonly received: number;
  /** Bytes of the whole model. */
  readonly total: number;
}

/** Options of {@link pull}. */
export interface PullOptions {
  readonly onDownload?: (progress: DownloadProgress) => void;
  readonly signal?: AbortSignal;
  /** Default: from the environment. */
  readonly settings?: HubSettings;
  readonly patience?: Patience;
}

/**
 * The path of a model in the hub's cache, downloaded if it is not there. Whatever is there is used without asking the hub.
 *
 * @throws SurecallError `SURECALL_DOWNLOAD`, `SURECALL_ABORTED`.
 */
export async function cachedOrPulled(address: HubAddress, options: PullOptions = {}): Promise<string> {
  return (await findComplete(address)) ?? pull(address, options);
}

/**
 * Brings what the address means now into the cache, and returns the path of its (first) file.
 *
 * @throws SurecallError `SURECALL_DOWNLOAD`, `SURECALL_ABORTED`.
 */
export async function pull(address: HubAddress, options: PullOptions = {}): Promise<string> {
  try {
    return await pullFiles(address, options);
  } catch (error) {
    if (options.signal?.aborted !== true || error instanceof SurecallError) throw error;
    throw new SurecallError('SURECALL_ABORTED', `the download of ${formatHubAddress(address)} was aborted`, { cause: error });
  }
}

async function pullFiles(address: HubAddress, options: PullOptions): Promise<string> {
  const { settings = hubSettings(), patience = DEFAULT_PATIENCE, signal, onDownload } = options;
  const name = formatHubAddress(address);
  if (settings.isOffline) {
    const cached = await findComplete(address);
    if (cached !== undefined) return cached;
    throw failure(address, 'it is not in the cache, and HF_HUB_OFFLINE forbids to download it');
  }
  const { commit, files } = await ask(address, settings, patience, signal);
  const folder = repositoryFolder(address);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let before = 0;
  const entries: string[] = [];
  for (const file of files) {
    const hash = hashOf(file);
    const blob = blobPath(folder, hash.value);
    const onBytes = (received: number): void => onDownload?.({ file: file.path, received: before + received, total });
    await withLock(`${blob}.lock`, signal, async () => {
      if (await exists(blob)) return;
      const url = `${settings.endpoint}/${address.repo}/resolve/${commit}/${file.path.split('/').map(encodeURIComponent).join('/')}`;
      const headers: Record<string, string> = settings.token === undefined ? {} : { Authorization: `Bearer ${settings.token}` };
      await receive({ name: files.length > 1 ? `${name} (${file.path})` : name, url, headers, target: blob, size: file.size, hash, onBytes, patience, ...(signal && { signal }) });
    });
    before += file.size;
    onBytes(0);
    entries.push(await linkSnapshot(folder, commit, file.path, blob));
  }
  await writeReference(folder, address, commit);
  return entries[0] as string;
}

/** The path of a model all parts of which are in the cache. */
async function findComplete(address: HubAddress): Promise<string | undefined> {
  const parts = await Promise.all(partsOf(address.path).map((path) => findCached({ ...address, path })));
  return parts.includes(undefined) ? undefined : parts[0];
}

/** What the hub says about the address: the commit, and the files with their sizes and hashes. */
async function ask(address: HubAddress, settings: HubSettings, patience: Patience, signal: AbortSignal | undefined): Promise<{ commit: string; files: PathInfo[] }> {
  const common = { hubUrl: settings.endpoint, fetch: patientFetch(address, settings, patience, signal) };
  const paths = partsOf(address.path);
  try {
    const { sha: commit, filePaths } = await modelInfo({ ...common, name: address.repo, revision: address.revision, additionalFields: ['sha', 'filePaths'] });
    if (!isCommit(commit)) throw failure(address, `the hub gave no commit (${JSON.stringify(commit)})`);
    const files = await pathsInfo({ ...common, repo: address.repo, revision: commit, paths });
    const found = paths.flatMap((path) => files.find((file) => file.path === path && file.type === 'file') ?? []);
    if (found.length === paths.length) return { commit, files: found };
    const missing = paths.find((path) => !found.some((file) => file.path === path));
    const others = (filePaths as string[]).filter((path) => path.endsWith('.gguf'));
    throw failure(address, `the repository has no file ${missing}${others.length === 0 ? '' : `; it has ${others.slice(0, 20).join(', ')}`}`);
  } catch (error) {
    if (error instanceof SurecallError) throw error;
    if (signal?.aborted === true) throw error;
    if (error instanceof HubApiError) throw failure(address, error.statusCode === 404 ? 'there is no such repository or revision' : explainStatus(error.statusCode), error);
    throw failure(address, `the hub did not answer as it should (${error instanceof Error ? error.message : String(error)})`, error);
  }
}

/**
 * `fetch` that tries again where that may help. The token is added here: the hub's client takes only those that begin with `hf_`,
 * and mirrors may have others.
 */
function patientFetch(address: HubAddress, { token, endpoint }: HubSettings, patience: Patience, signal: AbortSignal | undefined): typeof fetch {
  return async (input, init) => {
    const headers = { ...(init?.headers as Record<string, string>), ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) };
    for (let attempt = 1; ; attempt++) {
      const limit = AbortSignal.timeout(patience.stallMs);
      const outcome = await fetch(input, { ...init, headers, signal: signal === undefined ? limit : AbortSignal.any([signal, limit]) }).catch((error: unknown) => error as Error);
      const isPassing = outcome instanceof Error || outcome.status === 429 || outcome.status >= 500;
      if (!isPassing) return outcome;
      if (signal?.aborted === true) throw outcome;
      if (attempt >= patience.tries) {
        if (!(outcome instanceof Error)) return outcome;
        const reason = outcome.cause instanceof Error ? outcome.cause.message : outcome.message;
        throw failure(address, `${endpoint} cannot be reached (${reason}); HF_ENDPOINT names another address`, outcome);
      }
      const asked = outcome instanceof Error ? NaN : Number(outcome.headers.get('retry-after') ?? NaN) * 1000;
      if (!(outcome instanceof Error)) await outcome.body?.cancel();
      const pause = Number.isFinite(asked) ? asked : patience.pauseMs * 2 ** (attempt - 1);
      await sleep(Math.min(pause, patience.longestPauseMs), undefined, signal === undefined ? {} : { signal });
    }
  };
}

/** LFS files have a SHA-256, the others git's hash. Both become names of files, so their shape is checked; the size is what is written at most. */
function hashOf(file: PathInfo): { kind: 'sha256' | 'git'; value: string } {
  const value = file.lfs?.oid ?? file.oid ?? '';
  const kind = file.lfs === undefined ? 'git' : 'sha256';
  if (!Number.isSafeInteger(file.size) || file.size < 0) throw new SurecallError('SURECALL_DOWNLOAD', `${file.path}: the hub gave no size`);
  if (!(kind === 'git' ? /^[0-9a-f]{40}$/ : /^[0-9a-f]{64}$/).test(value)) {
    throw new SurecallError('SURECALL_DOWNLOAD', `${file.path}: the hub gave no hash to check it with`);
  }
  return { kind, value };
}

function failure(address: HubAddress, what: string, cause?: unknown): SurecallError {
  return new SurecallError('SURECALL_DOWNLOAD', `${formatHubAddress(address)}: ${what}`, { cause, details: { ...address } });
}
