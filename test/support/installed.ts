// The packed package, installed into an empty folder as a user would.

import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { repositoryPath } from './shared-data.js';

/** A folder of the tests; whoever made it removes it. */
export const workFolder = (): string => mkdtempSync(join(tmpdir(), 'surecall-package-'));

/** What a command did. */
export interface Done extends SpawnSyncReturns<string> {
  /** Everything that it printed. */
  readonly printed: string;
}

/** Runs a program, by default this Node. */
export function run(args: readonly string[], { cwd, env = {}, node = process.execPath, timeout = 600_000 }: { cwd: string; env?: NodeJS.ProcessEnv; node?: string; timeout?: number }): Done {
  const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|SURECALL_)/.test(name)));
  const result = spawnSync(node, args, { cwd, env: { ...clean, ...env }, encoding: 'utf8', timeout, maxBuffer: 1 << 26 });
  return { ...result, printed: `${result.stdout}${result.stderr}${result.error === undefined ? '' : String(result.error)}` };
}

/** npm's own script, so that it can be run where `npm` is not on PATH. */
export function npmScript(): string {
  const given = process.env['npm_execpath'];
  if (given !== undefined && given.endsWith('npm-cli.js')) return given;
  const found = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'npm')).find((path) => existsSync(path));
  if (found === undefined) throw new Error('npm is not on PATH');
  const real = realpathSync(found);
  return real.endsWith('.js') ? real : join(dirname(real), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
}

/** A PATH with nothing but Node and a shell: no compiler, no CMake, no git. */
export function barePath(folder: string): NodeJS.ProcessEnv {
  const bin = join(folder, 'bin');
  if (!existsSync(bin)) {
    mkdirSync(bin);
    symlinkSync(process.execPath, join(bin, 'node'));
    symlinkSync('/bin/sh', join(bin, 'sh'));
  }
  return { PATH: bin, CC: '', CXX: '' };
}

/** Packs the package and returns the path of the tarball. */
export function pack(folder: string): string {
  const packed = run([npmScript(), 'pack', '--ignore-scripts', '--pack-destination', folder], { cwd: repositoryPath('.') });
  const name = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  if (name === undefined) throw new Error(packed.printed);
  return join(folder, name);
}

/** An empty project in `folder`. */
export function emptyProject(folder: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"user","version":"1.0.0","private":true}\n');
  return folder;
}

/** The program in the README, as a file in `folder`. */
export function readmeExample(folder: string): string {
  const readme = readFileSync(repositoryPath('README.md'), 'utf8');
  const code = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, text = '']) => text).find((text) => text.includes('await loadModel()'));
  if (code === undefined) throw new Error('README.md has no example that loads the bundled model');
  const path = join(folder, 'example.mjs');
  writeFileSync(path, code);
  return path;
}
