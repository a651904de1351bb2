// Builds llama-server from vendor/llama.cpp into .cache/llama-server, once, and prints its path.
//
//   node bench/peers/llama-server.mjs        (`npm run bench:batch -- --peers` runs it by itself)

import { buildOnce, llamaSource } from './cmake.mjs';

console.log(buildOnce({ name: 'llama-server', source: llamaSource, binary: 'bin/llama-server', on: ['LLAMA_BUILD_TOOLS', 'LLAMA_BUILD_SERVER'], off: [] }));
