// Before publishing: does the tag name the version of the package?
//
//   node scripts/check-version.mjs v1.2.3

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { BuildError, report, root } from './toolchain.mjs'

try {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (process.argv[2] !== `v${version}`) throw new BuildError(`the tag is ${process.argv[2]}, and package.json has version ${version}`)
} catch (error) {
  report('check-version', error)
}
