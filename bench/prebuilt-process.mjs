// One process of prebuilt.mjs: ADDON BACKENDS MODEL PROMPT-TOKENS ANSWER-TOKENS.

import { createRequire } from 'node:module'
import { ProgramBuilder } from '../dist/program/builder.js'

const [path = '', backends = '', file = '', tokens = '', answer = ''] = process.argv.slice(2)
const addon = createRequire(import.meta.url)(path)
addon.setBackendFolders([backends])
const model = await addon.Model.load(file, { threads: 1, slots: 1, contextSize: 2048, gpu: false })
const builder = new ProgramBuilder()
const template = model.vocabulary.compile(builder.finish(builder.regex('[a-z ]{1,4000}')))
// Word by word, so that the tokenizer's part is small and the count is right.
const prompt = Array.from({ length: Number(tokens) }, (_, i) => 1000 + i)

/** CPU milliseconds of one answer. */
async function cpu(/** @type {number[]} */ given, /** @type {number} */ maxTokens) {
  const before = process.cpuUsage()
  await model.generate({ prompt: given, template, maxTokens, prefixCache: false, fastForward: true, drafts: false })
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

await cpu(prompt.slice(0, 64), 4) // what happens once
const short = await cpu(prompt.slice(0, 8), 2)
const prefill = (await cpu(prompt, 2)) - short
const decode = (await cpu(prompt.slice(0, 8), 2 + Number(answer))) - short
const chosen = addon.backends(false).tried.find((/** @type {{ loaded: boolean }} */ trial) => trial.loaded)
console.log(JSON.stringify({ prefill: prefill / (prompt.length - 8), decode: decode / Number(answer), backend: chosen?.name ?? 'built in' }))
await model.dispose()
