// Loads an installed surecall in every way there is, in one process; a second copy of the package is the argument.
//
//   node runtime.mjs path/to/another/surecall/dist/index.js

import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Worker, isMainThread, parentPort } from 'node:worker_threads'
const again = process.argv[2]
async function answer({ loadModel, defineTool }) {
  const model = await loadModel()
  const add = defineTool({ name: 'add', description: 'Add two numbers.', parameters: { a: { type: 'number' }, b: { type: 'number' } } })
  const { calls } = await model.caller([add]).call('What is the sum of 40 and 2?')
  await model.dispose()
  return calls[0]
}
const check = async (what, load) => {
  const call = await answer(await load())
  if (call?.name !== 'add' || typeof call.arguments.a !== 'number') throw new Error(what + ': ' + JSON.stringify(call))
  return what
}
if (!isMainThread) {
  parentPort.postMessage(await check('worker', () => import('surecall')))
} else {
  const done = [await check('import', () => import('surecall')), await check('second model', () => import('surecall'))]
  if (process.features.require_module) done.push(await check('require', () => createRequire(import.meta.url)('surecall')))
  else {
    let code
    try { createRequire(import.meta.url)('surecall') } catch (error) { code = error.code }
    done.push('require: ' + code)
  }
  const inWorker = () => new Promise((resolve, reject) => new Worker(new URL(import.meta.url)).on('message', resolve).on('error', reject))
  done.push(...(await Promise.all([inWorker(), inWorker()])))
  done.push(await check('second copy', () => import(pathToFileURL(again).href)))
  console.log(JSON.stringify(done))
}
