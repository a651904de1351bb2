// Builds the addon with cmake-js: CMakeLists.txt is the same for a build on the user's machine and for prebuilds.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { BuildError, cores, hasNinja, root, show } from './toolchain.mjs'

const read = (/** @type {string} */ path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/**
 * Builds surecall.node and returns its path.
 *
 * @param {string} out the build folder
 * @param {Record<string, boolean | string>} options CMake variables
 */
export function buildAddon(out, options) {
  const addon = join(out, 'Release', 'surecall.node')
  const stamp = join(out, 'surecall-options')
  const defines = Object.entries(options).map(([name, value]) => `--CD${name}=${typeof value === 'string' ? value : value ? 'ON' : 'OFF'}`)
  const generator = process.platform !== 'win32' && hasNinja() ? ['--generator', 'Ninja'] : []
  const args = ['--directory', root, '--out', out, '--config', 'Release', '--log-level', 'warn', ...generator, ...defines]
  const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js')
  const run = (/** @type {string} */ command, /** @type {string[]} */ ...extra) =>
    show(process.execPath, [cmakeJs, command, ...args, ...extra], `cmake-js ${command}`)

  // What configures the build is also the key that says whether to configure again.
  const key = JSON.stringify({ args, cmakeJs })
  if (read(stamp) !== key || !existsSync(join(out, 'CMakeCache.txt'))) {
    // A cache from another folder, generator or set of options is worth less than a clean start; ccache keeps it cheap.
    rmSync(out, { recursive: true, force: true })
    mkdirSync(out, { recursive: true })
    run('configure')
    writeFileSync(stamp, key)
  }
  if (!existsSync(addon)) console.log(`surecall: building llama.cpp and the addon on ${cores} cores (minutes the first time)`)
  run('build', '--parallel', String(cores))
  if (!existsSync(addon)) throw new BuildError(`the build ended without ${addon}`)
  return addon
}
