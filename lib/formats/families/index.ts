// All built-in families, in the order in which they are recognised: what is common to several comes after them.

import { cohere } from './cohere.js';
import { deepseekR1, deepseekV3_1 } from './deepseek.js';
import { deepseekV3_2, deepseekV4 } from './deepseek-dsml.js';
import { glm } from './glm.js';
import { harmony } from './harmony.js';
import { gemma, json, llama } from './json.js';
import { kimi } from './kimi.js';
import { kimiK3 } from './kimi-k3.js';
import { minimax } from './minimax.js';
import { mistral, mistralArgs } from './mistral.js';
import { phi } from './phi.js';
import { exaone, qwen } from './qwen.js';
import { qwenCoder } from './qwen-coder.js';

/** The built-in formats. */
export const FAMILIES = [
  kimiK3, kimi, deepseekV4, deepseekV3_2, deepseekR1, deepseekV3_1, harmony, minimax, cohere, qwenCoder, glm,
  mistralArgs, mistral, phi, exaone, llama, gemma, qwen, json,
] as const;
