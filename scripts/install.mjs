// npm's `install` step. In an installed package: nothing, if the prebuilt addon loads on this machine; else it is compiled from the
// sources in the package into build/addon. In a checkout, and with --build, it is always compiled, llama.cpp being fetched first.
//
//   npm install surecall --build-from-source   compile although there is a prebuild
//   SURECALL_NATIVE=1      compile, and tune for this machine's CPU
//   SURECALL_CUDA=1        compile llama.cpp's CUDA backend
//   SURECALL_METAL=1       compile llama.cpp's Metal backend (on by default on arm64 Macs)
//   SURECALL_SKIP_BUILD=1  do nothing
//
// A second run is a second: the vendor tree has a stamp, and the build is incremental.

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildAddon } from './addon.mjs'
import { BuildError, report, requireTools, root } from './toolchain.mjs'
import { ensureVendor, VendorError } from './vendor.mjs'

const isSet = (/** @type {string | undefined} */ value) => value !== undefined && /^(1|on|true|yes)$/i.test(value)
const env = (/** @type {string} */ name) => isSet(process.env[name])

const isCheckout = existsSync(join(root, '.git'))
const out = join(root, 'build', 'addon')

/** True for an x86-64 that is older than what a build without SURECALL_NATIVE is made for. */
function isOldProcessor() {
  const facts = process.platform === 'linux' && process.arch === 'x64' && existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : ''
  return /^flags/m.test(facts) && !/^flags.*\bavx2\b/m.test(facts)
}

/** What the user asked to be compiled in, and what the machine needs. */
const options = {
  SURECALL_NATIVE: env('SURECALL_NATIVE') || isOldProcessor(),
  SURECALL_CUDA: env('SURECALL_CUDA'),
  SURECALL_METAL: process.env.SURECALL_METAL === undefined ? process.platform === 'darwin' && process.arch === 'arm64' : env('SURECALL_METAL'),
}

/** Why a prebuild will not do; undefined if it will. */
function reasonToBuild() {
  if (isCheckout || process.argv.includes('--build')) return 'this is a checkout'
  const wanted = process.env.npm_config_build_from_source
  if (isSet(wanted) || wanted?.split(',').includes('surecall')) return '--build-from-source was given'
  const given = ['SURECALL_NATIVE', 'SURECALL_CUDA', 'SURECALL_METAL'].find(env)
  return given === undefined ? undefined : `${given} is set`
}

/** True if a prebuild loads here. It is tried in another process: one that does not fit may do anything. */
async function hasPrebuild() {
  const { addonFiles } = await import(pathToFileURL(join(root, 'dist', 'native-file.js')).href)
  for (const { path, kind } of addonFiles(root)) {
    if (kind !== 'prebuild') continue
    const tried = spawnSync(process.execPath, ['-e', 'require(process.argv[1])', path], { encoding: 'utf8' })
    if (tried.status === 0) return true
    const reason = /^(?:Error|TypeError): (.+)$/m.exec(tried.stderr ?? '')?.[1] ?? `it ended with ${tried.signal ?? tried.status}`
    console.log(`surecall: the prebuilt addon ${path} does not load here: ${reason}`)
  }
  return false
}

async function main() {
  if (env('SURECALL_SKIP_BUILD')) return console.log('surecall: SURECALL_SKIP_BUILD is set, not building the addon')
  const reason = reasonToBuild()
  if (reason === undefined) {
    if (await hasPrebuild()) return
    console.log(`surecall: there is no prebuilt addon for ${process.platform}-${process.arch}, compiling it`)
  } else if (!isCheckout) {
    console.log(`surecall: compiling the addon (${reason})`)
  }
  const hasSources = !isCheckout && existsSync(join(root, 'vendor', 'llama.cpp', 'CMakeLists.txt'))
  if (!existsSync(join(out, 'Release', 'surecall.node'))) requireTools({ git: !hasSources, cuda: options.SURECALL_CUDA })
  if (!hasSources) ensureVendor()
  buildAddon(out, options)
}

try {
  await main()
} catch (error) {
  report('surecall', error instanceof VendorError ? new BuildError(error.message) : error)
}
