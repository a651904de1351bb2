// Before publishing: is every prebuild there that package.json and the documentation promise?
//
//   node scripts/check-prebuilds.mjs

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError, report, root } from './toolchain.mjs'

/** The addon of each platform, and the folder in which its backends lie. */
const PROMISED = [
  ...['x64', 'arm64'].flatMap((cpu) => ['glibc', 'musl'].map((libc) => [`linux-${cpu}/surecall.${libc}.node`, `linux-${cpu}/${libc}`])),
  ...['darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'].map((platform) => [`${platform}/surecall.node`, platform]),
]

try {
  const missing = PROMISED.flatMap(([addon = '', folder = '']) => {
    const path = join(root, 'prebuilds', folder)
    const backends = existsSync(path) ? readdirSync(path).filter((name) => /ggml-cpu/.test(name)) : []
    return [...(existsSync(join(root, 'prebuilds', addon)) ? [] : [addon]), ...(backends.length > 0 ? [] : [`${folder}: CPU backends`])]
  })
  if (missing.length > 0) throw new BuildError(`prebuilds are missing:\n  ${missing.join('\n  ')}`)
  console.log('all prebuilds are there')
} catch (error) {
  report('check-prebuilds', error)
}
