// Which backend a model runs on, and what is said where it is not the one that was asked for.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { loadModel, SurecallError } from '../../lib/index.js';
import { addonFiles, gpuPackages } from '../../lib/native-file.js';
import { loadAddon, loaded } from '../../lib/native.js';
import type { BackendReport, GpuOption } from '../../lib/native-types.js';
import { runFake } from '../support/fake-command.js';
import { repositoryPath } from '../support/shared-data.js';

const folder = mkdtempSync(join(tmpdir(), 'surecall-backends-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const library = process.platform === 'win32' ? 'ggml-cuda.dll' : 'libggml-cuda.so';
const hasGpu = loaded.addon.backends('auto').gpu !== false;

/** What a fresh process reports with the backends in a folder. */
function report(backends: string, gpu: GpuOption): BackendReport {
  const script = `
    const addon = require(${JSON.stringify(loaded.file.path)});
    addon.setBackendFolders(${JSON.stringify([loaded.file.backendFolder, backends])});
    console.log(JSON.stringify(addon.backends(${JSON.stringify(gpu)})));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  assert.equal(stderr, '');
  return JSON.parse(stdout) as BackendReport;
}

/** A folder with a fake CUDA backend; undefined, and the test skipped, where none can be compiled. */
function fake(t: TestContext, score: number, devices: number): string | undefined {
  const into = join(folder, `${score}-${devices}`);
  mkdirSync(into);
  const include = ['include', 'src'].flatMap((name) => ['-I', repositoryPath(`vendor/llama.cpp/ggml/${name}`)]);
  const defines = [`-DSCORE=${score}`, `-DDEVICES=${devices}`];
  const { status } = spawnSync('cc', ['-shared', '-fPIC', ...include, ...defines, repositoryPath('test/native/fake-backend.c'), '-o', join(into, library)]);
  if (status === 0) return into;
  t.skip('there is no C compiler');
  return undefined;
}

describe('backends', () => {
  it('runs on the CPU where no GPU is wanted, and says nothing about it', async () => {
    await using model = await loadModel(undefined, { gpu: false });
    assert.equal(model.info.gpu, false);
    assert.equal(model.info.gpuReason, undefined);
    assert.equal(model.info.gpuLayers, 0);
  });

  it('runs on the CPU where there is no GPU, and says why', { skip: hasGpu && 'there is one' }, async () => {
    for (const gpu of ['auto', 'cuda', 'metal'] as const) {
      await using model = await loadModel(undefined, { gpu });
      assert.equal(model.info.gpu, false);
      assert.match(model.info.gpuReason ?? '', /^there is no (GPU|cuda|metal) backend$/);
    }
  });

  it('refuses a GPU that it has not heard of', async () => {
    for (const gpu of ['vulkan', true, 1]) {
      await assert.rejects(loadModel(undefined, { gpu: gpu as never }), /gpu must be 'auto', 'cuda', 'metal' or false/);
    }
  });

  it('takes a GPU for `auto` and for its kind alone', (t) => {
    const backends = fake(t, 7, 1);
    if (backends === undefined) return;
    for (const gpu of ['auto', 'cuda'] as const) {
      const { gpu: chosen, gpuReason, devices, tried } = report(backends, gpu);
      assert.equal(chosen, 'cuda');
      assert.equal(gpuReason, undefined);
      assert.deepEqual(devices.find(({ isGpu }) => isGpu), { name: 'CUDA0', description: 'a GPU of the tests', backend: 'cuda', isGpu: true, memoryBytes: 8e9 });
      assert.deepEqual(tried.find(({ name }) => name === 'cuda'), { file: join(backends, library), name: 'cuda', score: 7, loaded: true });
    }
    assert.equal(report(backends, 'metal').gpuReason, 'there is no metal backend');
    assert.ok(!report(backends, false).tried.some(({ name }) => name === 'cuda'), 'it is not even loaded');
  });

  it('says why a backend is of no use', (t) => {
    const noDevice = fake(t, 1, 0);
    if (noDevice === undefined) return;
    assert.equal(report(noDevice, 'auto').gpuReason, 'cuda: it found no device');
    assert.equal(report(fake(t, 0, 1) as string, 'cuda').gpuReason, 'cuda: this processor lacks instructions that it uses');
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, library), 'not a library');
    assert.match(report(broken, 'cuda').gpuReason ?? '', /^cuda: .*(file too short|invalid ELF header|not a|slice)/);
  });
});

describe('the addon\'s file', () => {
  it('is a build, then a prebuild', () => {
    const root = join(folder, 'package');
    const prebuilds = join(root, 'prebuilds', `${process.platform}-${process.arch}`);
    assert.deepEqual(addonFiles(root), []);
    mkdirSync(prebuilds, { recursive: true });
    for (const name of ['surecall.glibc.node', 'surecall.musl.node', 'libggml.so']) writeFileSync(join(prebuilds, name), '');
    assert.deepEqual(addonFiles(root).map(({ kind, backendFolder }) => [kind, backendFolder.slice(prebuilds.length)]), [['prebuild', '/glibc'], ['prebuild', '/musl']].map((pair) => pair.map((text) => text.replace('/', process.platform === 'win32' ? '\\' : '/'))));
    mkdirSync(join(root, 'build', 'addon', 'Release'), { recursive: true });
    writeFileSync(join(root, 'build', 'addon', 'Release', 'surecall.node'), '');
    assert.equal(addonFiles(root)[0]?.kind, 'build');
  });

  it('is the first that loads; what was wrong with the others is kept', () => {
    const bad = join(folder, 'bad.node');
    writeFileSync(bad, 'no library');
    const found = loadAddon([{ path: bad, kind: 'prebuild', backendFolder: folder }, loaded.file]);
    assert.equal(found.file, loaded.file);
    assert.match(found.refused[0] as string, /bad\.node: /);
    assert.throws(() => loadAddon([]), (error: unknown) => error instanceof SurecallError && error.code === 'SURECALL_NATIVE' && /no prebuilt one for .*none was built.*--build-from-source/.test(error.message));
  });

  it('knows the package with CUDA, if it is of the same version', { skip: gpuPackages().length === 0 && 'there is none for this platform' }, () => {
    const root = join(folder, 'package');
    const cuda = join(root, 'node_modules', '@surecall', `cuda-${process.platform}-${process.arch}`);
    writeFileSync(join(root, 'package.json'), '{"version":"1.2.3"}');
    assert.equal(gpuPackages(root)[0]?.reason, 'not installed');
    mkdirSync(cuda, { recursive: true });
    writeFileSync(join(cuda, 'package.json'), '{"version":"1.2.2"}');
    assert.match(gpuPackages(root)[0]?.reason ?? '', /is version 1\.2\.2, and surecall 1\.2\.3: install the same/);
    copyFileSync(join(root, 'package.json'), join(cuda, 'package.json'));
    assert.equal(gpuPackages(root)[0]?.folder, join(cuda, 'backends'));
  });
});

describe('surecall doctor', () => {
  it('says what there is, and that a model loads', async () => {
    const { code, stdout } = await runFake(['doctor', '--gpu', 'off']);
    assert.equal(code, 0);
    for (const line of [/^platform +\S+-\S+/m, /^node +\d+\.\d+\.\d+, Node-API \d+$/m, /^addon +\S+\.node \((compiled on this machine|prebuilt)\)$/m, /^cores +\d+ physical/m, /^kernels +(avx2|plain) /m, /^backend +/m, /^device +CPU: /m, /^gpu +none: it was not asked for$/m, /^model +bundled\.gguf: a fake; 1 threads$/m]) {
      assert.match(stdout, line);
    }
  });

  it('fails where the model does not load, and says why', async () => {
    const { code, stdout } = await runFake(['doctor', '--model', 'absent.gguf'], { loadError: new SurecallError('SURECALL_MODEL_LOAD', 'model absent.gguf: no such file') });
    assert.equal(code, 1);
    assert.match(stdout, /^model +FAILED: model absent\.gguf: no such file$/m);
  });

  it('does not take a GPU that it has not heard of', async () => {
    const { code, stderr } = await runFake(['doctor', '--gpu', 'vulkan']);
    assert.equal(code, 2);
    assert.match(stderr, /Not auto, cuda, metal or off/);
  });
});
