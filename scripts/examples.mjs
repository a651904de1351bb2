// Runs the two example sets through the built command line and checks what comes out.
//
//   npm run examples [-- --model path/to/model.gguf ...]     any further option goes to surecall as it is
//
// Every call must be valid for its function; this is the guarantee, and the exit code says whether it holds.
// Whether a call is also the expected one depends on the model, and is printed only.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import { Ajv } from 'ajv'

/**
 * @typedef {{ prompt: string, name?: string, parameters?: Record<string, unknown>, error?: unknown }} Result
 * @typedef {{ name: string, parameters: Record<string, object> }} FunctionDefinition
 */

const SETS = ['seed1', 'seed2']

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const main = join(root, 'dist', 'cli', 'main.js')
const shown = (/** @type {string} */ path) => relative(process.cwd(), path)
const json = (/** @type {string} */ path) => JSON.parse(readFileSync(path, 'utf8'))

/**
 * One validator per function: all declared parameters required, no other allowed.
 * @param {FunctionDefinition[]} functions
 */
function validators(functions) {
  const ajv = new Ajv({ allErrors: true, strict: false })
  const schema = (/** @type {FunctionDefinition['parameters']} */ parameters) => ({
    type: 'object',
    properties: parameters,
    required: Object.keys(parameters),
    additionalProperties: false,
  })
  return new Map(functions.map(({ name, parameters }) => [name, ajv.compile(schema(parameters))]))
}

/** What is wrong with a call, or undefined when it is valid. */
function fault(/** @type {ReturnType<typeof validators>} */ checks, /** @type {Result | undefined} */ result) {
  if (result === undefined) return 'there is no result'
  if (result.name === undefined) return `no call: ${JSON.stringify(result.error ?? result)}`
  const check = checks.get(result.name)
  if (check === undefined) return `there is no function ${result.name}`
  if (check(result.parameters)) return undefined
  return check.errors?.map(({ instancePath, message }) => `${instancePath || 'parameters'} ${message}`).join(', ')
}

/** Runs surecall on a set; its own progress goes to the terminal. */
function run(/** @type {string} */ set, /** @type {string[]} */ extra) {
  const folder = join(root, 'examples', set)
  const output = join(root, 'data', 'output', `${set}.json`)
  mkdirSync(dirname(output), { recursive: true })
  rmSync(output, { force: true })
  const files = { functions_definition: join(folder, 'functions.json'), input: join(folder, 'prompts.json'), output }
  const args = Object.entries(files).flatMap(([flag, path]) => [`--${flag}`, path])
  console.log(`\n== ${set}: surecall ${Object.entries(files).map(([flag, path]) => `--${flag} ${shown(path)}`).join(' ')} ${extra.join(' ')}`)
  const start = performance.now()
  const { status, error } = spawnSync(process.execPath, [main, ...args, ...extra], { cwd: process.cwd(), stdio: 'inherit' })
  if (error) throw error
  const seconds = (performance.now() - start) / 1000
  return { status, seconds, results: /** @type {Result[]} */ (existsSync(output) ? json(output) : []) }
}

/** Runs a set, prints a line for each prompt, and returns the counts. */
function examine(/** @type {string} */ set, /** @type {string[]} */ extra) {
  const folder = join(root, 'examples', set)
  const expected = /** @type {Result[]} */ (json(join(folder, 'expected.json')))
  const checks = validators(json(join(folder, 'functions.json')))
  const { status, seconds, results } = run(set, extra)
  let valid = 0
  let right = 0
  console.log()
  for (const [index, want] of expected.entries()) {
    const got = results[index]
    const wrong = got?.prompt === want.prompt ? fault(checks, got) : fault(checks, undefined)
    // Numbers are compared as numbers: JSON.parse has made 3 of both 3 and 3.0.
    const same = got?.name === want.name && isDeepStrictEqual(got?.parameters, want.parameters)
    if (wrong === undefined) valid++
    if (wrong === undefined && same) right++
    const verdict = wrong !== undefined ? 'INVALID' : same ? 'right  ' : 'wrong  '
    const call = wrong ?? `${got?.name}(${JSON.stringify(got?.parameters)})`
    console.log(`${verdict}  ${want.prompt}\n         ${call}`)
    if (wrong === undefined && !same) console.log(`         expected ${want.name}(${JSON.stringify(want.parameters)})`)
  }
  if (results.length !== expected.length) console.log(`INVALID  ${results.length} results for ${expected.length} prompts`)
  return { prompts: expected.length, valid, right, seconds, ok: status === 0 && valid === results.length }
}

if (!existsSync(main)) {
  console.error(`examples: ${shown(main)} is missing; run \`npm ci\` or \`npm run build\` first`)
  process.exit(1)
}

const sets = SETS.map((set) => examine(set, process.argv.slice(2)))
const sum = (/** @type {'prompts' | 'valid' | 'right' | 'seconds'} */ key) => sets.reduce((total, set) => total + set[key], 0)
console.log(`\n${sum('valid')} valid calls of ${sum('prompts')} prompts, ${sum('right')} as expected, ${sum('seconds').toFixed(1)} s`)
if (sum('valid') !== sum('prompts') || sets.some((set) => !set.ok)) process.exitCode = 1
