// Makes the prebuilt addon for this platform in prebuilds/PLATFORM-ARCH: surecall[.LIBC].node and ggml's backends beside it.
//
//   node scripts/prebuild.mjs
//   SURECALL_CPU_VARIANTS='x64;haswell'   only these of ggml's CPU backends: quicker, for trying things out
//
// prebuildify drives node-gyp, which drives packaging/binding.gyp, which is our CMake build (scripts/prebuild-step.mjs).

import { cpSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { libc, report, root, show } from './toolchain.mjs'

const platform = `${process.platform}-${process.arch}`
const folder = join(root, 'prebuilds', platform)
const staging = join(root, 'build', 'prebuild-out')

/** node-gyp wants Node's headers, and would download them; a usual installation of Node has them beside it. */
function useOwnHeaders() {
  const prefix = join(dirname(process.execPath), '..')
  if (existsSync(join(prefix, 'include', 'node', 'node_api.h'))) process.env.npm_config_nodedir ??= prefix
}

function main() {
  const tag = process.platform === 'linux' ? libc() : undefined
  rmSync(staging, { recursive: true, force: true })
  useOwnHeaders()
  const prebuildify = createRequire(import.meta.url).resolve('prebuildify/bin.js')
  // Node-API does not change with Node's version, so the headers of the running one serve.
  const args = ['--napi', '--strip', '--name', 'surecall', '--target', process.versions.node]
  const where = ['--cwd', join(root, 'packaging'), '--out', staging, '--artifacts', join(root, 'build', 'prebuild', 'artifacts')]
  if (tag !== undefined) process.env.PREBUILD_LIBC = tag
  show(process.execPath, [prebuildify, ...args, ...where, ...(tag === undefined ? [] : ['--tag-libc'])], 'prebuildify')
  // What an earlier version left must not be shipped. (The other C library's prebuild may stay.)
  for (const old of tag === undefined ? [''] : [`surecall.${tag}.node`, tag]) rmSync(join(folder, old), { recursive: true, force: true })
  cpSync(join(staging, 'prebuilds', platform), folder, { recursive: true })
  console.log(`prebuilds/${platform} is ready`)
}

try {
  main()
} catch (error) {
  report('prebuild', error)
}
