// Runs the TypeScript tests with node:test: all of test/, or the files named. (Node 20's --test takes no patterns.)
//
//   node scripts/ts-tests.mjs [--test-name-pattern=...] [test/text/repair.test.ts ...]

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const args = process.argv.slice(2)
const options = args.filter((arg) => arg.startsWith('--'))
const named = args.filter((arg) => !arg.startsWith('--'))

const every = () =>
  readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .map((name) => join('test', name))

const files = named.length > 0 ? named : every()
if (files.length === 0) {
  console.error('ts-tests: there are no test/**/*.test.ts')
  process.exit(1)
}
const command = ['--import', 'tsx', '--test', ...options, ...files]
process.exitCode = spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status ?? 1
