// What `npm pack` would ship: everything that a build needs, nothing else, and how heavy it is.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { before, describe, it } from 'node:test';
import { repositoryPath } from '../support/shared-data.js';

/** Where files may come from, and what all of them may weigh together: 1.5 times what they do now. */
const SHIPPED: readonly (readonly [what: string, files: RegExp, most: number])[] = [
  ['what npm always adds', /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/, 60_000],
  ['JavaScript and types', /^dist\/[\w/-]+\.(js|d\.ts)$/, 1_800_000],
  ['the demonstration model', /^models\/(surecall-nano\.gguf|README\.md)$/, 6_500_000],
  ['our C++', /^native\/(addon|decode|mask|matcher|program|support|vocab)\/[\w/]+\.(cc|h)$/, 1_200_000],
  ['the build', /^(CMakeLists\.txt|cmake\/[\w-]+\.(cmake|map|c)|scripts\/(install|addon|toolchain|vendor)\.mjs)$/, 60_000],
  ['random models, for replays', /^scripts\/(make-model|gguf\/\w+)\.mjs$/, 60_000],
  ['the guides', /^docs\/[\w-]+\.md$/, 80_000],
  ['example sets', /^examples\/([\w-]+\/)*[\w-]+\.(json|md)$/, 200_000],
  ['llama.cpp', /^vendor\/llama\.cpp\/(CMakeLists\.txt|LICENSE|cmake\/|include\/|src\/|vendor\/([\w-]+\/)?CMakeLists\.txt$|vendor\/hash\/)/, 6_000_000],
  ['ggml with the backends that we offer', /^vendor\/llama\.cpp\/ggml\/(CMakeLists\.txt$|cmake\/|include\/|src\/([^/]+$|ggml-(cpu|cuda|metal|blas)\/))/, 16_000_000],
];
const PREBUILDS = /^prebuilds\/[a-z0-9]+-[a-z0-9]+\/(surecall(\.(glibc|musl))?\.node|((glibc|musl)\/)?(lib)?(surecall-)?ggml[\w.-]*\.(so|dylib|dll))$/;
/** Of one platform, unpacked. */
const MOST_OF_PREBUILD = 20_000_000;

interface Packed {
  readonly path: string;
  readonly size: number;
}

describe('the package', () => {
  let files: readonly Packed[];

  before(() => {
    const { stdout, stderr } = spawnSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: repositoryPath('.'), encoding: 'utf8', shell: process.platform === 'win32' });
    const [report] = JSON.parse(stdout || '[]') as { readonly files: readonly Packed[]; readonly size: number; readonly unpackedSize: number }[];
    assert.ok(report, stderr);
    ({ files } = report);
    console.log(`# ${files.length} files, ${(report.size / 1e6).toFixed(1)} MB packed, ${(report.unpackedSize / 1e6).toFixed(1)} MB unpacked`);
  });

  it('holds nothing that is not on the list, and keeps to its weight', () => {
    const unexpected = files.filter(({ path }) => !PREBUILDS.test(path) && !SHIPPED.some(([, pattern]) => pattern.test(path)));
    assert.deepEqual(unexpected.map(({ path }) => path), []);
    for (const [what, pattern, most] of SHIPPED) {
      const bytes = files.filter(({ path }) => pattern.test(path)).reduce((sum, { size }) => sum + size, 0);
      assert.ok(bytes > 0, `there is none of: ${what}`);
      assert.ok(bytes <= most, `${what}: ${bytes} bytes, more than ${most}`);
    }
  });

  it('keeps each prebuild to its weight', (t) => {
    const weights = new Map<string, number>();
    for (const { path, size } of files) {
      const platform = /^prebuilds\/([^/]+)\//.exec(path)?.[1];
      if (platform !== undefined) weights.set(platform, (weights.get(platform) ?? 0) + size);
    }
    if (weights.size === 0) return t.skip('there are no prebuilds here (npm run prebuild:addon)');
    for (const [platform, bytes] of weights) {
      console.log(`# ${platform}: ${(bytes / 1e6).toFixed(1)} MB unpacked`);
      assert.ok(bytes <= MOST_OF_PREBUILD * (platform.startsWith('linux') ? 2 : 1), `${platform}: ${bytes} bytes`);
    }
  });

  it('holds every file that compiling the addon reads', (t) => {
    const build = repositoryPath('build/addon');
    const deps = spawnSync('ninja', ['-C', build, '-t', 'deps'], { encoding: 'utf8', maxBuffer: 1 << 28 });
    if (!existsSync(`${build}/build.ninja`) || deps.status !== 0) return t.skip('the addon was not built with ninja');
    const root = repositoryPath('.');
    const read = new Set([...deps.stdout.matchAll(/^ {4}(.+)$/gm)].map(([, path = '']) => relative(root, path.startsWith('/') ? path : `${build}/${path}`)));
    const own = [...read].filter((path) => !path.startsWith('..') && !/^(node_modules|build)\//.test(path) && !path.startsWith('/'));
    assert.ok(own.length > 300, `${own.length} files were read`);
    const shipped = new Set(files.map(({ path }) => path));
    assert.deepEqual(own.filter((path) => !shipped.has(path)), []);
  });

  it('has what its manifest promises', () => {
    const { exports, bin } = JSON.parse(readFileSync(repositoryPath('package.json'), 'utf8')) as { readonly exports: Record<string, Record<string, string>>; readonly bin: Record<string, string> };
    const shipped = new Set(files.map(({ path }) => path));
    const promised = [...Object.values(exports).flatMap((entry) => Object.values(entry)), ...Object.values(bin)];
    assert.deepEqual(promised.filter((path) => !shipped.has(path.replace(/^\.\//, ''))), []);
  });
});
