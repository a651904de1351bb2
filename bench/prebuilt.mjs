// A prebuild beside an addon compiled for this very processor: CPU time for each token of prompts and answers.
//
//   npm run prebuild:addon && node bench/prebuilt.mjs [--model file.gguf] [--rounds 9] [--tokens 256] [--answer 48]
//
// One thread, so that CPU time is work and not waiting; processes of the two in turn, medians. Without --model a random one is made.

import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildAddon } from '../scripts/addon.mjs'
import { ensureRandomModel } from '../scripts/make-model.mjs'
import { libc, root } from '../scripts/toolchain.mjs'

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    tokens: { type: 'string', default: '256' },
    answer: { type: 'string', default: '48' },
  },
})
const model = values.model ?? (await ensureRandomModel({ preset: 'small' }))
const folder = join(root, 'prebuilds', `${process.platform}-${process.arch}`)
const tag = process.platform === 'linux' ? libc() : undefined
const prebuilt = { name: 'prebuilt', path: join(folder, tag ? `surecall.${tag}.node` : 'surecall.node'), backends: tag ? join(folder, tag) : folder }
if (!existsSync(prebuilt.path)) {
  console.error(`bench: ${prebuilt.path} is not there: npm run prebuild:addon`)
  process.exit(1)
}
const native = { name: 'native', path: buildAddon(join(root, 'build', 'tuned'), { SURECALL_NATIVE: true }), backends: join(root, 'build', 'tuned') }

/** @type {Record<string, { prefill: number[], decode: number[], backend: string }>} */
const measured = { prebuilt: { prefill: [], decode: [], backend: '' }, native: { prefill: [], decode: [], backend: '' } }
for (let round = 0; round < Number(values.rounds); round++) {
  for (const addon of round % 2 === 0 ? [prebuilt, native] : [native, prebuilt]) {
    const script = fileURLToPath(new URL('prebuilt-process.mjs', import.meta.url))
    const printed = execFileSync(process.execPath, [script, addon.path, addon.backends, model, values.tokens, values.answer], { encoding: 'utf8' })
    const { prefill, decode, backend } = JSON.parse(printed)
    const into = measured[addon.name]
    into?.prefill.push(prefill)
    into?.decode.push(decode)
    if (into) into.backend = backend
  }
}

const median = (/** @type {number[]} */ list) => [...list].sort((a, b) => a - b)[list.length >> 1] ?? NaN
console.log(`model ${model}; CPU ms a token, one thread, medians of ${values.rounds} processes each`)
for (const kind of /** @type {const} */ (['prefill', 'decode'])) {
  const [ours, theirs] = [median(measured.prebuilt?.[kind] ?? []), median(measured.native?.[kind] ?? [])]
  console.log(`${kind.padEnd(8)} prebuilt (${measured.prebuilt?.backend}) ${ours.toFixed(3)}   native ${theirs.toFixed(3)}   ${((ours / theirs - 1) * 100).toFixed(1)} %`)
}
