// Installs node-llama-cpp with its prebuilt binaries into .cache/peers-node, once, and prints its folder.
//
//   node bench/peers/install-node.mjs        (`npm run bench:batch -- --peers` runs it by itself)

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/toolchain.mjs';

const PACKAGE = 'node-llama-cpp';
const VERSION = '3.22.1';

const folder = join(root, '.cache', 'peers-node');
const installed = join(folder, 'node_modules', PACKAGE, 'package.json');

if (!existsSync(installed) || JSON.parse(readFileSync(installed, 'utf8')).version !== VERSION) {
  console.error(`peers: installing ${PACKAGE} ${VERSION} into .cache/peers-node`);
  mkdirSync(folder, { recursive: true });
  // A package of its own: npm would otherwise look for one further up and change that.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  // Without its install script: that would look for a compiler if the prebuilt binaries did not fit.
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', `${PACKAGE}@${VERSION}`];
  const { status, error } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2], shell: process.platform === 'win32' });
  if (error !== undefined || status !== 0) {
    console.error(`peers: npm ${args.join(' ')} failed${error === undefined ? ` with status ${status}` : `: ${error.message}`}`);
    process.exit(1);
  }
}
console.log(folder);
