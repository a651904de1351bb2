// A folder in which samples run as a user's would: surecall is installed under its name, the models that have short names are in the
// hub's cache (each of them the bundled one), and there is no network.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import ts from 'typescript';
import { CATALOG } from '../../lib/index.js';
import { parseHubAddress } from '../../lib/models/hub/address.js';
import { linkSnapshot, repositoryFolder, writeReference } from '../../lib/models/hub/cache.js';
import { repositoryPath } from '../support/shared-data.js';

const COMMIT = '0'.repeat(40);
/** Longest time of one sample. */
const TIMEOUT_MS = 120_000;

/** What a sample did. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The folder, with a folder for each page in it. */
export class Workplace {
  readonly folder = mkdtempSync(join(realpathSync(tmpdir()), 'surecall-docs-'));
  readonly #running: ChildProcess[] = [];

  async prepare(): Promise<void> {
    const modules = join(this.folder, 'node_modules');
    mkdirSync(join(modules, '.bin'), { recursive: true });
    const packages = readdirSync(repositoryPath('node_modules')).filter((name) => !name.startsWith('.'));
    for (const name of packages) symlinkSync(repositoryPath(`node_modules/${name}`), join(modules, name));
    symlinkSync(repositoryPath('.'), join(modules, 'surecall'));
    const command = `#!/bin/sh\nexec '${process.execPath}' '${repositoryPath('dist/cli/main.js')}' "$@"\n`;
    writeFileSync(join(modules, '.bin', 'surecall'), command, { mode: 0o755 });
    for (const { address } of Object.values(CATALOG)) {
      const hub = parseHubAddress(address);
      const cached = repositoryFolder(hub, join(this.folder, 'hub'));
      await writeReference(cached, hub, COMMIT);
      await linkSnapshot(cached, COMMIT, hub.path, repositoryPath('models/surecall-nano.gguf'));
    }
  }

  /** The folder of a page: a project with surecall installed. */
  pageFolder(path: string): string {
    const folder = join(this.folder, path.replaceAll(/[/.]/g, '-'));
    if (existsSync(folder)) return folder;
    mkdirSync(folder);
    symlinkSync(join(this.folder, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"name": "user", "private": true, "type": "module"}\n');
    return folder;
  }

  /** Checks the types of programs and compiles each beside itself; returns what is wrong. */
  compile(programs: readonly string[]): string {
    const options: ts.CompilerOptions = {
      target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true, noUnusedLocals: true, skipLibCheck: true, types: ['node'], typeRoots: [join(this.folder, 'node_modules', '@types')],
    };
    const program = ts.createProgram([...programs], options);
    const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
    return ts.formatDiagnostics(diagnostics, { getCanonicalFileName: (name) => name, getCurrentDirectory: () => this.folder, getNewLine: () => '\n' });
  }

  run(command: string, args: readonly string[], cwd: string): Outcome {
    return spawnSync(command, args, { cwd, env: this.#environment, encoding: 'utf8', timeout: TIMEOUT_MS });
  }

  /** Starts a shell command that goes on until {@link stop}; resolves when it has printed something that matches. */
  async start(script: string, cwd: string, ready: RegExp): Promise<void> {
    // In a group of its own, so that what the shell starts can be stopped with it.
    const child = spawn('sh', ['-ec', script], { cwd, env: this.#environment, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    this.#running.push(child);
    let printed = '';
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`not ready after ${TIMEOUT_MS} ms: ${printed}`)), TIMEOUT_MS);
      child.on('exit', (code) => {
        clearTimeout(timer);
        reject(new Error(`ended with ${code}: ${printed}`));
      });
      child.stderr.on('data', (data: Buffer) => {
        printed += data.toString();
        if (!ready.test(printed)) return;
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /** Ends what was started. */
  stop(): void {
    for (const child of this.#running.splice(0)) {
      child.removeAllListeners('exit');
      try {
        process.kill(-(child.pid ?? 0), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
  }

  remove(): void {
    this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #environment(): NodeJS.ProcessEnv {
    const own = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|SURECALL_|HF_)/i.test(name));
    const cache = join(this.folder, 'cache');
    return {
      ...Object.fromEntries(own),
      PATH: `${join(this.folder, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
      SURECALL_CACHE: cache, HF_HUB_CACHE: join(this.folder, 'hub'), HF_HUB_OFFLINE: '1', npm_config_offline: 'true',
    };
  }
}

/** A port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
