// Addresses of files on the Hugging Face hub.

import { SurecallError } from '../../errors.js';

/** A file on the hub. */
export interface HubAddress {
  /** `owner/repo` */
  readonly repo: string;
  /** Path of the file in the repository. */
  readonly path: string;
  /** A branch, tag or commit. */
  readonly revision: string;
}

const NAME = /^[\w][\w.-]{0,95}$/;
const COMMIT = /^[0-9a-f]{40}$/;

/** True for what {@link parseHubAddress} reads. */
export function isHubAddress(source: string): boolean {
  return source.startsWith('hf:');
}

/** True if a revision never changes what it means. */
export function isCommit(revision: string): boolean {
  return COMMIT.test(revision);
}

/**
 * Reads `hf:owner/repo/file.gguf`, or `hf:owner/repo@revision/folder/file.gguf`. The result holds no path that leaves its folder.
 *
 * @throws SurecallError `SURECALL_MODEL_LOAD` saying what is wrong.
 */
export function parseHubAddress(source: string): HubAddress {
  const refuse = (what: string): never => {
    throw new SurecallError('SURECALL_MODEL_LOAD', `model ${source}: ${what}; addresses are written hf:owner/repo/file.gguf`, { details: { source } });
  };
  const [owner = '', repoAndRevision = '', ...rest] = source.slice('hf:'.length).split('/');
  const [repo = '', revision = 'main', ...more] = repoAndRevision.split('@');
  const path = rest.join('/');
  if (!NAME.test(owner) || !NAME.test(repo)) refuse('this is no repository');
  if (more.length > 0 || !/^[\w.-]+$/.test(revision) || /^\.+$/.test(revision)) refuse(`'${repoAndRevision.slice(repo.length + 1)}' is no revision`);
  if (rest.some((part) => part === '' || part === '.' || part === '..' || /[\\\0:]/.test(part))) refuse('this is no path of a file');
  if (!path.endsWith('.gguf')) refuse('only files that end in .gguf can be loaded');
  return { repo: `${owner}/${repo}`, path, revision };
}

/** An address as the user would write it. */
export function formatHubAddress({ repo, path, revision }: HubAddress): string {
  return `hf:${repo}${revision === 'main' ? '' : `@${revision}`}/${path}`;
}

/** The files of a model: all parts of one that is split (`name-00001-of-00003.gguf`), the first in front. */
export function partsOf(path: string): string[] {
  const [, stem, count] = /^(.*)-\d{5}-of-(\d{5})\.gguf$/.exec(path) ?? [];
  if (stem === undefined || count === undefined) return [path];
  return Array.from({ length: Number(count) }, (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${count}.gguf`);
}
