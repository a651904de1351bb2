// Builds the addon with cmake-js: CMakeLists.txt is the same for a build on the user's machine and for prebuilds.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { BuildError, cores, hasNinja, root, show } from './toolchain.mjs'

const read = (/** @type {string} */ path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/**
 * Builds surecall.node, or another target, and returns the path of its file.
 *
 * @param {string} out the build folder
 * @param {Record<string, boolean | string>} options CMake variables
 * @param {{ target?: string, file?: string }} [what] the target, and its file in the build folder
 */
export function buildAddon(out, options, { target, file = join('Release', 'surecall.node') } = {}) {
  const addon = join(out, file)
  const stamp = join(out, 'surecall-options')
  const defines = Object.entries(options).map(([name, value]) => `--CD${name}=${typeof value === 'string' ? value : value ? 'ON' : 'OFF'}`)
  // On Windows clang, which Visual Studio brings: ggml has no arm64 for Microsoft's compiler, and we no AVX2.
  const generator = process.platform === 'win32' ? ['--toolset', 'ClangCL'] : hasNinja() ? ['--generator', 'Ninja'] : []
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
  run('build', '--parallel', String(cores), ...(target === undefined ? [] : ['--target', target]))
  if (!existsSync(addon)) throw new BuildError(`the build ended without ${addon}`)
  return addon
}
