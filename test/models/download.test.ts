// Models from a hub that misbehaves.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { gigabytes } from '../../lib/cli/download-bar.js';
import { SurecallError, type ErrorCode } from '../../lib/errors.js';
import { loadModel } from '../../lib/index.js';
import { CATALOG } from '../../lib/models/catalog.js';
import { formatHubAddress, parseHubAddress, partsOf } from '../../lib/models/hub/address.js';
import { cachedOrPulled, pull, type DownloadProgress, type PullOptions } from '../../lib/models/hub/pull.js';
import { hubSettings } from '../../lib/models/hub/settings.js';
import { dropAfter, sendContent, startHub, status, type Hub } from '../support/hub-server.js';
import { startSurecall } from '../support/executable.js';
import { repositoryPath } from '../support/shared-data.js';

const PATIENCE = { stallMs: 300, tries: 4, pauseMs: 5, longestPauseMs: 100 };
const address = parseHubAddress('hf:test/model/weights/m.gguf');
const content = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) >>> (i % 5)));

let hub: Hub;
let cache: string;

const get = (options: Partial<PullOptions> = {}, which = address) =>
  pull(which, { settings: { endpoint: hub.endpoint, isOffline: false }, patience: PATIENCE, ...options });

/** Everything in the cache that is not a folder. */
const cached = (): string[] => (existsSync(cache) ? readdirSync(cache, { recursive: true, encoding: 'utf8', withFileTypes: true }) : []).filter((entry) => !entry.isDirectory()).map(({ name }) => name).sort();

async function fails(work: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof SurecallError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

describe('download', () => {
  const saved = process.env['HF_HUB_CACHE'];
  beforeEach(async () => {
    hub = await startHub({ 'weights/m.gguf': content, 'other.gguf': Buffer.from('x') });
    cache = await mkdtemp(join(tmpdir(), 'surecall-hub-'));
    process.env['HF_HUB_CACHE'] = cache;
  });
  afterEach(async () => {
    await hub.close();
    rmSync(cache, { recursive: true, force: true });
  });
  after(() => {
    if (saved === undefined) delete process.env['HF_HUB_CACHE'];
    else process.env['HF_HUB_CACHE'] = saved;
  });

  it('puts a file where other clients of the hub look for it, and asks nothing a second time', async () => {
    const progress: DownloadProgress[] = [];
    const path = await get({ onDownload: (each) => progress.push(each) });
    assert.equal(path, join(cache, 'models--test--model', 'snapshots', hub.commit, 'weights', 'm.gguf'));
    assert.deepEqual(readFileSync(path), content);
    assert.equal(readFileSync(join(cache, 'models--test--model', 'refs', 'main'), 'utf8'), hub.commit);
    assert.equal(progress.at(-1)?.received, content.length);
    assert.ok(progress.every(({ received }, i) => received >= (progress[i - 1]?.received ?? 0)));
    hub.seen.length = 0;
    assert.equal(await cachedOrPulled(address, { settings: { endpoint: hub.endpoint, isOffline: false } }), path);
    assert.equal(await get({ settings: { endpoint: hub.endpoint, isOffline: true } }), path);
    assert.deepEqual(hub.seen, []);
    await get();
    assert.deepEqual(hub.contentRequests(), [], 'the same content is not fetched again');
  });

  it('gets a new commit when asked to, and shares what did not change', async () => {
    const first = await get();
    hub.commit = 'd'.repeat(40);
    hub.files.set('weights/m.gguf', Buffer.concat([content, content]));
    const moved = await pull(address, { settings: { endpoint: hub.endpoint, isOffline: false }, patience: PATIENCE }).catch((error: unknown) => error);
    // The server knows only one commit by name; asking for main finds the new one.
    assert.equal(typeof moved, 'string', String(moved));
    assert.notEqual(moved, first);
    assert.equal(await cachedOrPulled(address), moved);
    assert.equal(await cachedOrPulled({ ...address, revision: 'c'.repeat(40) }), first);
  });

  it('resumes where the line broke', async () => {
    hub.faults.push(dropAfter(100_000), dropAfter(50_000), dropAfter(1));
    assert.deepEqual(readFileSync(await get()), content);
    const ranges = hub.contentRequests().map(({ range }) => Number(/\d+/.exec(range ?? '0')?.[0]));
    assert.equal(ranges.length, 4);
    assert.ok(ranges.every((from, i) => i === 0 ? from === 0 : from > (ranges[i - 1] as number)), `asked from ${ranges.join(', ')}`);
  });

  it('resumes in the next run what the last one gave up, and says so', async () => {
    hub.faults.push(dropAfter(80_000), ...Array.from({ length: 5 }, () => dropAfter(0)));
    await fails(get(), 'SURECALL_DOWNLOAD', /connection (ended early|failed).* of 300000 bytes are there and will be used/);
    assert.equal(cached().length, 1);
    assert.match(cached()[0] as string, /^[0-9a-f]{64}\.incomplete$/);
    hub.seen.length = 0;
    hub.faults.length = 0;
    assert.deepEqual(readFileSync(await get()), content);
    assert.match(hub.contentRequests()[0]?.range ?? '', /^bytes=[1-9]/);
    assert.ok(!cached().some((name) => name.endsWith('.incomplete')));
  });

  it('begins again where what an earlier run left is damaged', async () => {
    hub.faults.push(dropAfter(80_000), ...Array.from({ length: 5 }, () => dropAfter(0)));
    await fails(get(), 'SURECALL_DOWNLOAD', /bytes are there/);
    hub.faults.length = 0;
    const partial = join(cache, 'models--test--model', 'blobs', cached()[0] as string);
    writeFileSync(partial, Buffer.alloc(readFileSync(partial).length, 1));
    assert.deepEqual(readFileSync(await get()), content);
  });

  it('keeps nothing of a file whose hash is wrong', async () => {
    hub.claimedHash = 'f'.repeat(64);
    await fails(get(), 'SURECALL_DOWNLOAD', /is not the file \(sha256 [0-9a-f]{64}, expected f{64}\); it was deleted/);
    assert.deepEqual(cached(), []);
  });

  it('keeps nothing of a file that is longer than it should be', async () => {
    hub.faults.push((_, response) => { response.end(Buffer.concat([content, content])); return true; });
    await fails(get(), 'SURECALL_DOWNLOAD', /sends more than the 300000 bytes/);
    assert.deepEqual(cached(), []);
  });

  it('starts over where a server ignores ranges, or answers with another one', async () => {
    hub.faults.push(dropAfter(100_000), (_, response) => { response.writeHead(200).end(content); return true; });
    assert.deepEqual(readFileSync(await get()), content);
    rmSync(cache, { recursive: true });
    hub.faults.push(dropAfter(100_000), (_, response) => { response.writeHead(206, { 'Content-Range': `bytes 5-${content.length - 1}/${content.length}` }).end(content.subarray(5)); return true; });
    assert.deepEqual(readFileSync(await get()), content);
    rmSync(cache, { recursive: true });
    hub.faults.push(dropAfter(100_000), status(416));
    assert.deepEqual(readFileSync(await get()), content);
  });

  it('waits as long as a busy server asks, within limits', async () => {
    const started = performance.now();
    hub.statuses.push(429, 503);
    hub.faults.push(status(429, { 'Retry-After': '0' }), status(503, { 'Retry-After': '3600' }), status(500));
    assert.deepEqual(readFileSync(await get()), content);
    assert.ok(performance.now() - started < 10_000);
  });

  it('gives up on a server that stays busy', async () => {
    hub.faults.push(...Array.from({ length: 4 }, () => status(429)));
    await fails(get(), 'SURECALL_DOWNLOAD', /answered 429, 4 times/);
    hub.statuses.push(...Array.from({ length: 4 }, () => 503));
    await fails(get(), 'SURECALL_DOWNLOAD', /answered 503/);
  });

  it('abandons a connection on which nothing comes', async () => {
    hub.faults.push((_, response, all) => { response.writeHead(200, { 'Content-Length': all.length }).write(all.subarray(0, 1000)); return true; });
    assert.deepEqual(readFileSync(await get()), content);
    hub.faults.push(...Array.from({ length: 4 }, () => () => true));
    await fails(get({}, parseHubAddress('hf:test/model/other.gguf')), 'SURECALL_DOWNLOAD', /nothing came for 0\.3 seconds, 4 times/);
  });

  it('bears a slow server', async () => {
    hub.faults.push((_, response, all) => {
      response.writeHead(200, { 'Content-Length': all.length });
      let sent = 0;
      const timer = setInterval(() => {
        response.write(all.subarray(sent, sent + 30_000));
        sent += 30_000;
        if (sent >= all.length) { clearInterval(timer); response.end(); }
      }, 60);
      return true;
    });
    assert.deepEqual(readFileSync(await get()), content);
    assert.equal(hub.contentRequests().length, 1);
  });

  it('follows redirects, without showing the token to another host', async () => {
    const seen: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => { seen.push(request.headers.authorization); sendContent(request, response, content); });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const location = `http://localhost:${(elsewhere.address() as AddressInfo).port}/blob`;
    hub.token = 'secret';
    hub.faults.push(status(302, { Location: '/test/model/resolve/' + hub.commit + '/weights/m.gguf' }), status(307, { Location: location }));
    assert.deepEqual(readFileSync(await get({ settings: { endpoint: hub.endpoint, isOffline: false, token: 'secret' } })), content);
    assert.deepEqual(seen, [undefined]);
    elsewhere.close();
  });

  it('gives up on redirects in a circle', async () => {
    hub.faults.push(...Array.from({ length: 200 }, () => status(302, { Location: `/test/model/resolve/${hub.commit}/weights/m.gguf` })));
    await fails(get(), 'SURECALL_DOWNLOAD', /redirect/);
  });

  it('says what is missing: file, repository, token, connection', async () => {
    await fails(get({}, parseHubAddress('hf:test/model/absent.gguf')), 'SURECALL_DOWNLOAD', /has no file absent\.gguf; it has weights\/m\.gguf, other\.gguf/);
    await fails(get({}, parseHubAddress('hf:test/absent/m.gguf')), 'SURECALL_DOWNLOAD', /no such repository or revision/);
    hub.faults.push(status(404));
    await fails(get(), 'SURECALL_DOWNLOAD', /no such file \(404\)/);
    hub.token = 'secret';
    await fails(get(), 'SURECALL_DOWNLOAD', /set HF_TOKEN/);
    await hub.close();
    await fails(get(), 'SURECALL_DOWNLOAD', /cannot be reached .*HF_ENDPOINT/);
    await fails(get({ settings: { endpoint: hub.endpoint, isOffline: true } }), 'SURECALL_DOWNLOAD', /not in the cache, and HF_HUB_OFFLINE/);
  });

  it('takes a hash and a commit from the hub only if they are such, since they become paths', async () => {
    hub.claimedHash = '../../../../etc/passwd';
    await fails(get(), 'SURECALL_DOWNLOAD', /no hash to check it with/);
    delete hub.claimedHash;
    hub.commit = '../../../../tmp/x';
    await fails(get(), 'SURECALL_DOWNLOAD', /gave no commit/);
    assert.deepEqual(cached(), []);
  });

  it('keeps nothing where the disk is full, and says how much room it needs', async () => {
    const environment = { HF_ENDPOINT: hub.endpoint };
    const { code, stderr } = await startSurecall(['pull', 'hf:test/model/weights/m.gguf'], { limit: 'ulimit -f 64', environment }).ended;
    assert.equal(code, 1);
    assert.match(stderr, /the disk is full; what was received was deleted \(0\.3 MB are needed in /);
    assert.deepEqual(cached(), []);
  });

  it('is done on the command line, which prints the path', async () => {
    const { code, stdout, stderr } = await startSurecall(['pull', 'hf:test/model/weights/m.gguf', 'hf:test/model/other.gguf'], { environment: { HF_ENDPOINT: hub.endpoint } }).ended;
    assert.equal(code, 0, stderr);
    const [first = '', second = ''] = stdout.split('\n');
    assert.deepEqual(readFileSync(first), content);
    assert.equal(readFileSync(second, 'utf8'), 'x');
    assert.match(stderr, /^surecall: downloading weights\/m\.gguf \(0 MB\)\n/);
  });

  it('stops when it is aborted, and keeps what was there', async () => {
    const abort = new AbortController();
    hub.faults.push((_, response, all) => { response.writeHead(200, { 'Content-Length': all.length }).write(all.subarray(0, 5000)); return true; });
    await fails(get({ signal: abort.signal, onDownload: () => abort.abort() }), 'SURECALL_ABORTED', /aborted/);
    assert.deepEqual(readFileSync(await get()), content);
  });

  it('downloads once where several ask at the same time', async () => {
    const paths = await Promise.all([get(), get(), get()]);
    assert.equal(new Set(paths).size, 1);
    assert.equal(hub.contentRequests().length, 1);
    assert.deepEqual(readdirSync(join(cache, 'models--test--model', 'blobs')).length, 1);
  });

  it('takes over from a process that died while it held the lock', async () => {
    await get();
    const blobs = join(cache, 'models--test--model', 'blobs');
    const [name] = readdirSync(blobs);
    rmSync(join(blobs, name as string));
    mkdirSync(join(blobs, `${name}.lock`));
    utimesSync(join(blobs, `${name}.lock`), new Date(0), new Date(0));
    assert.deepEqual(readFileSync(await get()), content);
  });
});

describe('models by address', () => {
  const saved = { ...process.env };
  before(async () => {
    cache = await mkdtemp(join(tmpdir(), 'surecall-hub-'));
    hub = await startHub({ 'nano.gguf': readFileSync(repositoryPath('models/surecall-nano.gguf')) });
    Object.assign(process.env, { HF_HUB_CACHE: cache, HF_ENDPOINT: `${hub.endpoint}/`, HF_TOKEN: 'from-a-mirror' });
    hub.token = 'from-a-mirror';
  });
  after(async () => {
    await hub.close();
    rmSync(cache, { recursive: true, force: true });
    for (const name of ['HF_HUB_CACHE', 'HF_ENDPOINT', 'HF_TOKEN']) {
      if (saved[name] === undefined) delete process.env[name];
      else process.env[name] = saved[name];
    }
  });

  it('loads, from the cache the second time', async () => {
    for (const expected of [1, 0]) {
      hub.seen.length = 0;
      await using model = await loadModel('hf:test/model/nano.gguf');
      assert.equal(model.info.architecture, 'qwen3');
      assert.equal(hub.contentRequests().length, expected);
    }
  });

  it('refuses what is no address', async () => {
    for (const bad of ['hf:', 'hf:a', 'hf:a/b', 'hf:a/b/', 'hf:a/b/c.bin', 'hf:a/../c.gguf', 'hf:a/b/../c.gguf', 'hf:a/b@../c.gguf', 'hf:a/b@x@y/c.gguf', 'hf:../b/c.gguf', 'hf:a/b/c\\d.gguf', 'hf:a/b//c.gguf', 'https://example.org/c.gguf', 'qwen3-0.7b']) {
      await fails(loadModel(bad), 'SURECALL_MODEL_LOAD', /addresses are written|only hf: addresses|no such file/);
    }
  });

  it('have short names, of which the README has the same table', () => {
    const readme = readFileSync(repositoryPath('README.md'), 'utf8');
    for (const [name, { address: text, bytes, use }] of Object.entries(CATALOG)) {
      assert.equal(formatHubAddress(parseHubAddress(text)), text);
      assert.ok(readme.includes(`| \`${name}\` | ${gigabytes(bytes)} | ${use} |`), name);
    }
  });

  it('reads addresses', () => {
    assert.deepEqual(parseHubAddress('hf:o/r.x@v1.0/d/f.gguf'), { repo: 'o/r.x', revision: 'v1.0', path: 'd/f.gguf' });
    for (const text of ['hf:o/r/f.gguf', 'hf:o/r@dev/d/f.gguf']) assert.equal(formatHubAddress(parseHubAddress(text)), text);
    assert.deepEqual(partsOf('d/m-00001-of-00003.gguf'), ['d/m-00001-of-00003.gguf', 'd/m-00002-of-00003.gguf', 'd/m-00003-of-00003.gguf']);
    assert.deepEqual(partsOf('m-1-of-2.gguf'), ['m-1-of-2.gguf']);
  });

  it('reads the settings of the hub\'s other clients', () => {
    const folder = join(cache, 'home');
    mkdirSync(folder);
    writeFileSync(join(folder, 'token'), 'stored\n');
    assert.deepEqual(hubSettings({ HF_HOME: folder, HF_ENDPOINT: 'http://mirror/', HF_HUB_OFFLINE: '1' }), { endpoint: 'http://mirror', token: 'stored', isOffline: true });
    assert.equal(hubSettings({ HF_HOME: folder, HF_TOKEN: 'given' }).token, 'given');
    assert.equal(hubSettings({ HF_HOME: join(folder, 'absent') }).token, undefined);
  });
});
