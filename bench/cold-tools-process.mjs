// One process of bench/cold-tools.ts: compiles the structural tag in a file with the package in a folder, and prints what that took,
// in milliseconds: CPU of TypeScript, of the native compiler with the first mask, of both; wall time of both.

import { readFileSync } from 'node:fs';

const [root, file] = process.argv.slice(2);
const { Vocabulary } = await import(`${root}/dist/mask.js`);
const { compileTag } = await import(`${root}/dist/formats/compile.js`);
const { ProgramBuilder } = await import(`${root}/dist/program/builder.js`);

const vocabulary = Vocabulary.fromGguf(`${root}/vendor/llama.cpp/models/ggml-vocab-qwen2.gguf`);
const into = new Uint32Array(Math.ceil(vocabulary.size / 32));
const small = { type: 'object', properties: { a: { type: 'string' }, b: { enum: [1, true] } }, required: ['a'] };
vocabulary.compileJsonSchema(small).matcher().mask(into);
const tag = JSON.parse(readFileSync(file, 'utf8'));

const start = now();
const { program } = compileTag(new ProgramBuilder(), tag, { undeclared: 'refused', vocabulary });
const written = now();
vocabulary.compileProgram(program).matcher().mask(into);
const end = now();
console.log(JSON.stringify([written.cpu - start.cpu, end.cpu - written.cpu, end.cpu - start.cpu, end.wall - start.wall]));

function now() {
  return { cpu: mainThread(), wall: performance.now() };
}

/** CPU time of this thread, which waits for no other. Linux only. */
function mainThread() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}
