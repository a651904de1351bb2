// npm's `install` step: fetches llama.cpp, then builds the addon with cmake-js into build/addon.
//
//   SURECALL_NATIVE=1      tune for this machine's CPU
//   SURECALL_CUDA=1        build llama.cpp's CUDA backend
//   SURECALL_METAL=1       build llama.cpp's Metal backend
//   SURECALL_SKIP_BUILD=1  do nothing
//
// A second run is a second: the vendor tree has a stamp, and the build is incremental.

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { BuildError, cores, hasNinja, report, requireTools, root, show } from './toolchain.mjs'
import { ensureVendor, VendorError } from './vendor.mjs'

const OPTIONS = ['SURECALL_NATIVE', 'SURECALL_CUDA', 'SURECALL_METAL']

const out = join(root, 'build', 'addon')
const addon = join(out, 'Release', 'surecall.node')
const stamp = join(out, 'surecall-options')
const cache = join(out, 'CMakeCache.txt')

const isSet = (/** @type {string | undefined} */ value) => value !== undefined && /^(1|on|true|yes)$/i.test(value)
const read = (/** @type {string} */ path) => (existsSync(path) ? readFileSync(path, 'utf8') : '')

/** The arguments that configure the build; they are also the key that says whether to configure again. */
function cmakeJsArgs() {
  const defines = OPTIONS.map((name) => `--CD${name}=${isSet(process.env[name]) ? 'ON' : 'OFF'}`)
  const generator = process.platform !== 'win32' && hasNinja() ? ['--generator', 'Ninja'] : []
  return ['--directory', root, '--out', out, '--config', 'Release', '--log-level', 'warn', ...generator, ...defines]
}

function build() {
  const args = cmakeJsArgs()
  const cmakeJs = createRequire(import.meta.url).resolve('cmake-js/bin/cmake-js')
  const run = (/** @type {string} */ command, /** @type {string[]} */ ...extra) =>
    show(process.execPath, [cmakeJs, command, ...args, ...extra], `cmake-js ${command}`)

  const key = JSON.stringify({ args, cmakeJs })
  if (read(stamp) !== key || !existsSync(cache)) {
    // A cache from another folder, generator or set of options is worth less than a clean start; ccache keeps it cheap.
    rmSync(out, { recursive: true, force: true })
    mkdirSync(out, { recursive: true })
    run('configure')
    writeFileSync(stamp, key)
  }
  if (!existsSync(addon)) console.log(`surecall: building llama.cpp and the addon on ${cores} cores (minutes the first time)`)
  run('build', '--parallel', String(cores))
  if (!existsSync(addon)) throw new BuildError(`the build ended without ${addon}`)
}

try {
  if (isSet(process.env.SURECALL_SKIP_BUILD)) {
    console.log('surecall: SURECALL_SKIP_BUILD is set, not building the addon')
  } else {
    if (!existsSync(addon)) requireTools()
    ensureVendor()
    build()
  }
} catch (error) {
  report('surecall', error instanceof VendorError ? new BuildError(error.message) : error)
}
