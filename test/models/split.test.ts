// Models in several files.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { defineTool, loadModel, SurecallError } from '../../lib/index.js';
import { Vocabulary } from '../../lib/mask.js';
import { startHub } from '../support/hub-server.js';
import { writeSplitModel } from '../support/split-model.mjs';

const folder = mkdtempSync(join(tmpdir(), 'surecall-split-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const { whole, first, parts } = writeSplitModel(folder);
const tool = defineTool({ name: 'f', parameters: { a: { type: 'string' }, b: { type: 'integer' } } });

async function answer(path: string): Promise<string> {
  await using model = await loadModel(path, { contextSize: 512 });
  return (await model.caller([tool], { maxTokens: 60 }).call('hello')).text;
}

async function refused(path: string, message: RegExp): Promise<void> {
  await assert.rejects(loadModel(path), (error: unknown) => error instanceof SurecallError && error.code === 'SURECALL_MODEL_LOAD' && message.test(error.message));
}

describe('split models', () => {
  it('answer as the whole one does', async () => {
    assert.equal(await answer(first), await answer(whole));
  });

  it('give their vocabulary', () => {
    assert.equal(Vocabulary.fromGguf(first).size, Vocabulary.fromGguf(whole).size);
  });

  it('come from the hub with all their parts, at one commit', async (t) => {
    const hub = await startHub(Object.fromEntries(parts.map((path) => [`big/${path.slice(folder.length + 1)}`, readFileSync(path)])));
    const saved = { HF_HUB_CACHE: process.env['HF_HUB_CACHE'], HF_ENDPOINT: process.env['HF_ENDPOINT'] };
    Object.assign(process.env, { HF_HUB_CACHE: join(folder, 'hub'), HF_ENDPOINT: hub.endpoint });
    t.after(async () => {
      await hub.close();
      for (const [name, value] of Object.entries(saved)) {
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    });
    assert.equal(await answer('hf:test/model/big/m-00001-of-00003.gguf'), await answer(whole));
    assert.equal(hub.contentRequests().length, 3);
  });

  it('are refused where a part is missing, cut off or renamed, saying which', async () => {
    const [, second, third] = parts as [string, string, string];
    renameSync(second, `${second}.away`);
    await refused(first, /m-00002-of-00003\.gguf: no such file/);
    renameSync(`${second}.away`, second);
    await refused(second, /parts of a model|key 'general.architecture' is missing/);
    truncateSync(third, readFileSync(third).length - 1000);
    await refused(first, /m-00003-of-00003\.gguf: truncated/);
    copyFileSync(first, join(folder, 'renamed.gguf'));
    await refused(join(folder, 'renamed.gguf'), /name the first part/);
  });
});
