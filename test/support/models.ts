// Models that tests run: our bundled one, and a tiny one with the real Qwen vocabulary and random weights.

import { loadModel, type Model } from '../../lib/index.js';
import { ensureRandomModel } from '../../scripts/make-model.mjs';
import { repositoryPath } from './shared-data.js';

/** The bundled demonstration model. */
export async function nanoModel(): Promise<Model> {
  return loadModel(repositoryPath('models/surecall-nano.gguf'));
}

/** Qwen's vocabulary, random weights: whatever it says, answers are valid. */
export async function randomModel(contextSize = 4096): Promise<Model> {
  return loadModel(await ensureRandomModel({ preset: 'tiny', seed: 1 }), { contextSize });
}
