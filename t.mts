import { Vocabulary } from './lib/mask.js';
import { readBfcl } from './lib/bench/bfcl/read.js';
import { bfclTask } from './lib/bench/bfcl/task.js';
import { BFCL_CATEGORIES } from './lib/bench/bfcl/item.js';
import { replay } from './lib/bench/replay.js';
const v = Vocabulary.fromGguf('vendor/llama.cpp/models/ggml-vocab-qwen2.gguf');
for (const format of ['qwen','json'] as const) for (const c of BFCL_CATEGORIES) {
  if (c==='irrelevance') continue;
  let n=0,ok=0,tokens=0,forced=0,steps=0; const t0=Date.now();
  for (const item of readBfcl('../shared/data/bfcl', c)) { const r = await replay(bfclTask(item), format, {vocabulary: v}); n++; if (r.miss===undefined) ok++; else console.log('  ', r.id, r.miss); tokens+=r.tokens; forced+=r.forced; steps+=r.fastForwardSteps }
  console.log(format, c, ok, n, tokens, (forced/tokens).toFixed(3), (steps/n).toFixed(1), Date.now()-t0);
}
