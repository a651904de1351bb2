// Builds and runs the native tests with plain cmake and ctest: no Node involved in what is tested.
//
//   node scripts/native-tests.mjs              build/native, Release
//   node scripts/native-tests.mjs --sanitize   build/sanitize, our code under the address and UB sanitizers
//   node scripts/native-tests.mjs --arm64      build/arm64, the mask engine for 64-bit Arm, run by qemu-user
//   ... -- ARGS                                passed on to ctest, such as -R trie

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError, cores, hasNinja, report, requireTools, root, show } from './toolchain.mjs'
import { ensureVendor, VendorError } from './vendor.mjs'

const [own, ctestArgs] = split(process.argv.slice(2))
const sanitize = own.includes('--sanitize')
const arm64 = own.includes('--arm64')
const dir = join(root, 'build', sanitize ? 'sanitize' : arm64 ? 'arm64' : 'native')

/** @param {string[]} args @returns {[string[], string[]]} what is before and after `--` */
function split(args) {
  const at = args.indexOf('--')
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at + 1)]
}

/** A build folder remembers its source folder and generator, and refuses any other. */
function dropForeignCache(/** @type {string} */ generator) {
  const cache = join(dir, 'CMakeCache.txt')
  const text = existsSync(cache) ? readFileSync(cache, 'utf8') : ''
  const isOurs = text.includes(`CMAKE_HOME_DIRECTORY:INTERNAL=${root.replaceAll('\\', '/')}\n`)
  if (text && !(isOurs && text.includes(`CMAKE_GENERATOR:INTERNAL=${generator}\n`))) rmSync(dir, { recursive: true })
}

function main() {
  requireTools()
  ensureVendor()
  const generator = hasNinja() ? 'Ninja' : 'Unix Makefiles'
  dropForeignCache(generator)
  const options = ['-DCMAKE_BUILD_TYPE=Release', '-DSURECALL_TESTS=ON', `-DSURECALL_SANITIZE=${sanitize ? 'ON' : 'OFF'}`]
  // llama.cpp under an emulator would take too long.
  if (arm64) options.push(`-DCMAKE_TOOLCHAIN_FILE=${join(root, 'cmake', 'aarch64-linux.cmake')}`, '-DSURECALL_DECODE=OFF')
  show('cmake', ['-S', root, '-B', dir, '-G', generator, '--log-level=NOTICE', ...options], 'configuring the native tests')
  show('cmake', ['--build', dir, '--parallel', String(cores)], 'building the native tests')
  const ctest = ['--test-dir', dir, '--output-on-failure', '--no-tests=error', ...ctestArgs]
  process.exitCode = spawnSync('ctest', ctest, { stdio: 'inherit' }).status ?? 1
}

try {
  if (own.some((arg) => arg !== '--sanitize' && arg !== '--arm64')) throw new BuildError('usage: native-tests.mjs [--sanitize | --arm64] [-- CTEST-ARGS]')
  main()
} catch (error) {
  report('native tests', error instanceof VendorError ? new BuildError(error.message) : error)
}
