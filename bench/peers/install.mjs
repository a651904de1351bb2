// Makes the Python environment of the peers, once per content of requirements.txt, and prints its interpreter.
//
//   node bench/peers/install.mjs        (`npm run bench:maskbench -- ... --peers` runs it by itself)
//
// PYTHON names the interpreter to begin with; 3.10 or later, the packages ask for that.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const environment = join(here, '..', '..', '.cache', 'peers');
const requirements = join(here, 'requirements.txt');
const stamp = join(environment, 'requirements-installed.txt');
const windows = process.platform === 'win32';
const interpreter = windows ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');

function run(/** @type {string} */ command, /** @type {string[]} */ ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (error !== undefined || status !== 0) {
    console.error(`peers: ${command} ${args.join(' ')} failed${error === undefined ? ` with status ${status}` : `: ${error.message}`}`);
    process.exit(1);
  }
}

const wanted = readFileSync(requirements, 'utf8');
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
  console.error('peers: installing the packages of bench/peers/requirements.txt into .cache/peers');
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(dirname(environment), { recursive: true });
  run(process.env.PYTHON ?? (windows ? 'python' : 'python3'), '-m', 'venv', environment);
  run(interpreter, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '-r', requirements);
  writeFileSync(stamp, wanted);
}
console.log(interpreter);
