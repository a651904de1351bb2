// The step of packaging/binding.gyp: builds the addon for any CPU of this kind, puts surecall.node into the folder that is its
// argument, and its backends into build/prebuild/artifacts, from where prebuildify takes them.

import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { buildAddon } from './addon.mjs'
import { BuildError, report, requireTools, root } from './toolchain.mjs'
import { ensureVendor, VendorError } from './vendor.mjs'

const out = join(root, 'build', 'prebuild')
const { PREBUILD_LIBC: libc = 'glibc', PREBUILD_STRIP_BIN: strip = 'strip' } = process.env

function main() {
  const target = resolve(process.argv[2] ?? '.')
  requireTools()
  ensureVendor()
  const isMac = process.platform === 'darwin'
  const variants = process.env.SURECALL_CPU_VARIANTS
  const addon = buildAddon(out, {
    SURECALL_PORTABLE: true,
    SURECALL_LIBC: libc,
    SURECALL_METAL: isMac && process.arch === 'arm64',
    ...(variants === undefined ? {} : { SURECALL_CPU_VARIANTS: variants }),
  })
  mkdirSync(target, { recursive: true })
  copyFileSync(addon, join(target, 'surecall.node'))

  const artifacts = join(out, 'artifacts', process.platform === 'linux' ? libc : '')
  rmSync(join(out, 'artifacts'), { recursive: true, force: true })
  mkdirSync(artifacts, { recursive: true })
  for (const name of readdirSync(join(out, 'modules'))) {
    if (!/\.(so|dylib|dll)$/.test(name)) continue
    const copy = join(artifacts, name)
    copyFileSync(join(out, 'modules', name), copy)
    if (process.platform === 'linux') spawnSync(strip, ['--strip-unneeded', copy], { stdio: 'inherit' })
    if (isMac) spawnSync(strip, ['-Sx', copy], { stdio: 'inherit' })
  }
}

try {
  main()
} catch (error) {
  report('prebuild', error instanceof VendorError ? new BuildError(error.message) : error)
}
