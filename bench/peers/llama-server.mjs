// Builds llama-server from vendor/llama.cpp into .cache/llama-server, once, and prints its path.
//
//   node bench/peers/llama-server.mjs        (`npm run bench:batch -- --peers` runs it by itself)
//
// It is built for the same processor as the addon: the options that matter are read from the addon's build, so both run
// the same kernels. With SURECALL_NATIVE=1 both are tuned for this machine, which is what to compare.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cores, hasNinja, root } from '../../scripts/toolchain.mjs';
import { ensureVendor } from '../../scripts/vendor.mjs';

const source = join(root, 'vendor', 'llama.cpp');
const build = join(root, '.cache', 'llama-server');
const stamp = join(build, 'surecall-options');
const server = join(build, 'bin', process.platform === 'win32' ? 'llama-server.exe' : 'llama-server');

/** Options of ggml as the addon was built with them. */
function addonOptions() {
  const cache = join(root, 'build', 'addon', 'CMakeCache.txt');
  if (!existsSync(cache)) throw new Error('build the addon first: npm run build');
  const text = readFileSync(cache, 'utf8');
  return ['GGML_NATIVE', 'GGML_CUDA', 'GGML_METAL', 'GGML_OPENMP'].map((name) => {
    const value = new RegExp(`^${name}:BOOL=(.*)$`, 'm').exec(text)?.[1] ?? 'OFF';
    return `-D${name}=${value}`;
  });
}

function options() {
  const off = ['LLAMA_BUILD_TESTS', 'LLAMA_BUILD_EXAMPLES', 'LLAMA_BUILD_APP', 'LLAMA_BUILD_UI', 'LLAMA_USE_PREBUILT_UI', 'LLAMA_OPENSSL', 'BUILD_SHARED_LIBS'];
  const on = ['LLAMA_BUILD_COMMON', 'LLAMA_BUILD_TOOLS', 'LLAMA_BUILD_SERVER'];
  return [
    ...off.map((name) => `-D${name}=OFF`),
    ...on.map((name) => `-D${name}=ON`),
    ...addonOptions(),
    '-DCMAKE_BUILD_TYPE=Release',
    // Without a number llama.cpp asks git, and would find this project's own history.
    '-DLLAMA_BUILD_NUMBER=0',
    '-DGIT_EXE=',
    ...(hasNinja() ? ['-G', 'Ninja'] : []),
  ];
}

function run(/** @type {string} */ command, /** @type {string[]} */ ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (error !== undefined || status !== 0) {
    console.error(`llama-server: ${command} failed${error === undefined ? ` with status ${status}` : `: ${error.message}`}`);
    process.exit(1);
  }
}

ensureVendor();
const wanted = options();
const key = JSON.stringify({ source, wanted });
if (!existsSync(server) || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== key) {
  console.error('llama-server: building it from vendor/llama.cpp into .cache/llama-server (minutes)');
  // A build of another folder or with other options is worth less than a clean start.
  rmSync(build, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  run('cmake', '-S', source, '-B', build, ...wanted);
  run('cmake', '--build', build, '--target', 'llama-server', '--parallel', String(cores));
  writeFileSync(stamp, key);
}
console.log(server);
