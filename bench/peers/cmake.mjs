// Builds a program from vendor/llama.cpp into a folder of .cache, once. It is built for the same processor as the addon: the options
// that matter are read from the addon's build, so both run the same kernels. With SURECALL_NATIVE=1 both are tuned for this
// machine, which is what to compare.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cores, hasNinja, root } from '../../scripts/toolchain.mjs';
import { ensureVendor } from '../../scripts/vendor.mjs';

/** The sources of llama.cpp. */
export const llamaSource = join(root, 'vendor', 'llama.cpp');

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

function run(/** @type {string} */ name, /** @type {string} */ command, /** @type {string[]} */ ...args) {
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 2, 2] });
  if (error !== undefined || status !== 0) {
    console.error(`${name}: ${command} failed${error === undefined ? ` with status ${status}` : `: ${error.message}`}`);
    process.exit(1);
  }
}

/**
 * Builds target `name` of the CMake project `source`, unless that was done with the same options; returns the program's path.
 *
 * @param {{name: string, source: string, binary: string, on: readonly string[], off: readonly string[], more?: readonly string[]}} project
 *   `binary`: where the program is in the build folder; `on`, `off`: CMake options; `more`: further arguments
 */
export function buildOnce({ name, source, binary, on, off, more = [] }) {
  ensureVendor();
  const build = join(root, '.cache', name);
  const stamp = join(build, 'surecall-options');
  const program = join(build, process.platform === 'win32' ? `${binary}.exe` : binary);
  const options = [
    ...[...off, 'LLAMA_BUILD_TESTS', 'LLAMA_BUILD_EXAMPLES', 'LLAMA_BUILD_APP', 'LLAMA_BUILD_UI', 'LLAMA_USE_PREBUILT_UI', 'LLAMA_OPENSSL', 'BUILD_SHARED_LIBS'].map((option) => `-D${option}=OFF`),
    ...[...on, 'LLAMA_BUILD_COMMON'].map((option) => `-D${option}=ON`),
    ...addonOptions(),
    '-DCMAKE_BUILD_TYPE=Release',
    // Without a number llama.cpp asks git, and would find this project's own history.
    '-DLLAMA_BUILD_NUMBER=0',
    '-DGIT_EXE=',
    ...more,
    ...(hasNinja() ? ['-G', 'Ninja'] : []),
  ];
  const key = JSON.stringify({ source, options });
  const isConfigured = existsSync(stamp) && readFileSync(stamp, 'utf8') === key;
  if (!isConfigured) {
    console.error(`${name}: building it from vendor/llama.cpp into .cache/${name} (minutes)`);
    // A build of another folder or with other options is worth less than a clean start.
    rmSync(build, { recursive: true, force: true });
    mkdirSync(build, { recursive: true });
    run(name, 'cmake', '-S', source, '-B', build, ...options);
  }
  run(name, 'cmake', '--build', build, '--target', name, '--parallel', String(cores));
  writeFileSync(stamp, key);
  return program;
}
