// Makes the optional package with the CUDA backend for this platform in build/cuda-package, ready for `npm publish`.
//
//   node scripts/cuda-package.mjs
//   CUDACXX=/path/to/nvcc          another compiler than the one on PATH
//   CUDAARCHS='86-real;90-virtual' only for these processors (CMake's list)
//
// Only the backend is built: it is loaded by the addon of a prebuild, with which it shares ggml's libraries.

import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { buildAddon } from './addon.mjs'
import { BuildError, report, requireTools, root } from './toolchain.mjs'
import { ensureVendor, VendorError } from './vendor.mjs'

const platform = `${process.platform}-${process.arch}`
const out = join(root, 'build', 'cuda')
const target = join(root, 'build', 'cuda-package')
const backend = process.platform === 'win32' ? 'ggml-cuda.dll' : 'libggml-cuda.so'

function main() {
  requireTools({ cuda: true })
  ensureVendor()
  const archs = process.env.CUDAARCHS
  const built = buildAddon(
    out,
    { SURECALL_PORTABLE: true, SURECALL_CUDA: true, ...(archs === undefined ? {} : { CMAKE_CUDA_ARCHITECTURES: archs }) },
    { target: 'ggml-cuda', file: join('modules', backend) },
  )

  rmSync(target, { recursive: true, force: true })
  mkdirSync(join(target, 'backends'), { recursive: true })
  const shipped = join(target, 'backends', backend)
  copyFileSync(built, shipped)
  if (process.platform === 'linux') spawnSync('strip', ['--strip-unneeded', shipped], { stdio: 'inherit' })
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of ['package.json', 'README.md']) {
    const text = readFileSync(join(root, 'packaging', 'cuda', name), 'utf8')
    const filled = text.replaceAll('PLATFORM', platform).replaceAll('VERSION', version).replace('"OS"', `"${process.platform}"`).replace('"CPU"', `"${process.arch}"`)
    writeFileSync(join(target, name), filled)
  }
  if (existsSync(join(root, 'LICENSE'))) copyFileSync(join(root, 'LICENSE'), join(target, 'LICENSE'))
  console.log(`build/cuda-package is ready: ${(statSync(shipped).size / 1e6).toFixed(0)} MB`)
}

try {
  main()
} catch (error) {
  report('cuda package', error instanceof VendorError ? new BuildError(error.message) : error)
}
