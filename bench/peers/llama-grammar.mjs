// Builds the peer of llama.cpp's grammar sampler into .cache/llama-grammar-peer, once, and prints its path.
//
//   node bench/peers/llama-grammar.mjs        (`npm run bench:maskbench -- FILE --peers=llama` runs it by itself)

import { join } from 'node:path';
import { root } from '../../scripts/toolchain.mjs';
import { buildOnce, llamaSource } from './cmake.mjs';

console.log(buildOnce({
  name: 'llama-grammar-peer',
  source: join(root, 'bench', 'peers', 'llama-grammar'),
  binary: 'llama-grammar-peer',
  on: [],
  off: ['LLAMA_BUILD_TOOLS', 'LLAMA_BUILD_SERVER'],
  more: [`-DLLAMA_SOURCE=${llamaSource}`],
}));
