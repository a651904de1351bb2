// `surecall run` with a model whose answers are made up: shapes of input and output, order, resume, what goes wrong.

import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve as resolvePath } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { prefixCacheFolder } from '../../lib/cli/prefix-cache.js';
import { SurecallError } from '../../lib/errors.js';
import { fakeResult, runFake, temporaryFolder, type FakeOptions, type Ran } from '../support/fake-command.js';
import { seededRandom } from '../support/random.js';

const functions = [{ name: 'fn_greet', description: 'Greet.', parameters: { name: { type: 'string' } } }];
const greet = (name: string): object => ({ name: 'fn_greet', parameters: { name } });
const parseLines = (text: string): unknown[] => text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as unknown);
const asLines = (values: readonly unknown[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

/** Runs on standard streams. */
async function pipe(t: TestContext, stdin: string, extra: readonly string[] = [], options: FakeOptions = {}): Promise<Ran & { lines: unknown[] }> {
  const folder = temporaryFolder(t.after.bind(t));
  const ran = await runFake(['run', '--tools', folder.write('f.json', functions), '--model', 'm', ...extra], { stdin, ...options });
  return { ...ran, lines: parseLines(ran.stdout) };
}

test('every shape of line becomes a record in its place', async (t) => {
  const messages = [{ role: 'user', content: 'd' }];
  const { code, lines, stderr } = await pipe(t, [
    '"a"', '{"prompt": "b", "other": 1}', '', '{"id": "x", "prompt": "c"}\r', ' \t', JSON.stringify({ id: 4, messages }),
    '{"id": 5}', '[1]', '{oops', '{"prompt": "e", "messages": []}', '{"id": {}, "prompt": "f"}', '{"messages": [1]}', `"${'y'.repeat(200)}"`, '"last"',
  ].join('\n'), ['--line_limit', '100']);
  assert.equal(code, 1);
  const fault = (line: number, code: string, message: RegExp) => ({ line, code, message });
  const wanted: readonly (object | { line: number; code: string; message: RegExp })[] = [
    { prompt: 'a', ...greet('a') },
    { prompt: 'b', ...greet('b') },
    { id: 'x', prompt: 'c', ...greet('c') },
    { id: 4, messages, ...greet(JSON.stringify(messages)) },
    fault(7, 'SURECALL_INVALID_INPUT_FILE', /^standard input:7: prompt: is missing$/),
    fault(8, 'SURECALL_INVALID_INPUT_FILE', /:8: must be an object with a prompt, got \[1\]$/),
    fault(9, 'SURECALL_BAD_JSON', /:9: is not JSON/),
    fault(10, 'SURECALL_INVALID_INPUT_FILE', /:10: has both a prompt and messages$/),
    fault(11, 'SURECALL_INVALID_INPUT_FILE', /:11: id: must be a string or a number, got \{\}$/),
    fault(12, 'SURECALL_INVALID_INPUT_FILE', /:12: messages: must be a list of objects with a role/),
    fault(13, 'SURECALL_INVALID_INPUT_FILE', /:13: the line is longer than 100 bytes \(--line_limit\)$/),
    { prompt: 'last', ...greet('last') },
  ];
  assert.equal(lines.length, wanted.length);
  for (const [index, want] of wanted.entries()) {
    if (!('message' in want)) {
      assert.deepEqual(lines[index], want);
      continue;
    }
    const { line, error, ...rest } = lines[index] as { line: number; error: { code: string; message: string } };
    assert.deepEqual([line, error.code, rest], [want.line, want.code, line === 7 ? { id: 5 } : {}]);
    assert.match(error.message, want.message);
  }
  assert.match(stderr, /^12 prompts in .*7 failed\n$/);
});

test('lines and lists, old flag names and new, in every combination', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const tools = folder.write('f.json', functions);
  const inputs = { 'p.json': JSON.stringify(['a', { id: 1, prompt: 'b' }]), 'p.jsonl': '"a"\n{"id": 1, "prompt": "b"}' };
  const wanted = [{ prompt: 'a', ...greet('a') }, { id: 1, prompt: 'b', ...greet('b') }];
  for (const [name, content] of Object.entries(inputs)) {
    const input = folder.write(name, content);
    for (const command of [['run', '--tools', tools], ['run', '--functions_definition', tools], ['--functions-definition', tools]]) {
      const list = folder.path('out/o.json');
      const lines = folder.path('out/o.jsonl');
      for (const output of [list, lines]) assert.equal((await runFake([...command, '--input', input, '--output', output])).code, 0);
      assert.deepEqual(JSON.parse(readFileSync(list, 'utf8')), wanted);
      assert.deepEqual(parseLines(readFileSync(lines, 'utf8')), wanted);
      assert.ok(readFileSync(lines, 'utf8').endsWith('\n'));
    }
  }
});

test('flags count before the name of the command, too, and those after it count more', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const tail = ['run', '--tools', folder.write('f.json', functions), '--threads', '3'];
  const { code, asked, stdout } = await runFake(['--model', 'm.gguf', '--threads', '2', ...tail], { stdin: '"a"\n' });
  assert.deepEqual([code, asked.path, asked.model?.threads], [0, 'm.gguf', 3]);
  assert.deepEqual(parseLines(stdout), [{ prompt: 'a', ...greet('a') }]);
});

test('results keep the order of the input, or come as they are finished', async (t) => {
  const random = seededRandom(3);
  const answer = async (prompt: string) => {
    await sleep(prompt === '0' ? 60 : random.below(8));
    return fakeResult('fn_greet', { name: prompt });
  };
  const prompts = Array.from({ length: 30 }, (_, i) => String(i));
  const input = asLines(prompts);
  const inOrder = await pipe(t, input, ['--concurrency', '6'], { answer });
  assert.deepEqual(inOrder.lines.map((line) => (line as { prompt: string }).prompt), prompts);
  const asFinished = (await pipe(t, input, ['--concurrency', '6', '--order', 'finished'], { answer })).lines.map((line) => (line as { prompt: string }).prompt);
  assert.notEqual(asFinished[0], '0');
  assert.deepEqual([...asFinished].sort((a, b) => Number(a) - Number(b)), prompts);
});

test('a line is written when its answer is there, not at the end', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const output = folder.path('o.jsonl');
  const seen: number[] = [];
  const answer = async (prompt: string) => {
    seen.push(existsSync(output) ? parseLines(readFileSync(output, 'utf8')).length : 0);
    return fakeResult('fn_greet', { name: prompt });
  };
  await runFake(['run', '--tools', folder.write('f.json', functions), '--input', folder.write('p.jsonl', '"a"\n"b"\n"c"\n'), '--output', output, '--concurrency', '1'], { answer });
  assert.deepEqual(seen.slice(0, 1), [0]);
  assert.ok((seen[2] as number) >= 1, `${seen}`);
});

test('slots, concurrency and stats reach the model and the closing lines', async (t) => {
  const ran = await pipe(t, '"a"\n"b"\n', ['--slots', '4', '--stats']);
  assert.equal(ran.asked.model?.slots, 4);
  assert.match(ran.stderr, /prompt tokens +60, of these 40 cached\n.*answer tokens +20: 12 fast-forwarded, 8 sampled\n.*drafts +4 tokens evaluated ahead, 2 of them right\n.*model steps +10, 5\.0 per call\n.*prefill 0\.00 s, decode 0\.00 s/);
});

test('evaluated tools are kept in the cache folder, in another, or nowhere', async (t) => {
  const ask = async (...extra: string[]) => (await pipe(t, '"a"\n', extra)).asked.model?.prefixCacheDir;
  assert.match((await ask()) ?? '', /[\\/]prefixes$/);
  assert.equal(await ask('--prefix-cache', 'somewhere'), resolvePath('somewhere'));
  assert.equal(await ask('--prefix_cache', 'off'), undefined);
  assert.equal(prefixCacheFolder(undefined, { SURECALL_CACHE: '/c' }, 'linux'), resolvePath('/c/prefixes'));
  assert.equal(prefixCacheFolder(undefined, { XDG_CACHE_HOME: '/x' }, 'linux'), join('/x', 'surecall', 'prefixes'));
});

/** An output file, and what a run on it with --resume gives. */
async function resume(t: TestContext, input: string, output: string, options: FakeOptions = {}): Promise<Ran & { text: string }> {
  const folder = temporaryFolder(t.after.bind(t));
  const path = folder.write('o.jsonl', output);
  const ran = await runFake(['run', '--tools', folder.write('f.json', functions), '--input', folder.write('p.jsonl', input), '--output', path, '--model', 'm', '--resume'], options);
  return { ...ran, text: readFileSync(path, 'utf8') };
}

/** Messages name the input file, which is in another folder in each run. */
const withoutFolder = (text: string): string => text.replaceAll(/"message":"[^"]*p\.jsonl/g, '"message":"p.jsonl');

test('resume goes on wherever the output was cut, and asks for nothing twice', async (t) => {
  const input = '"a"\n{oops\n{"id": 1, "prompt": "é"}\n\n{"id": "m", "messages": [{"role": "user", "content": "d"}]}\n"e"\n';
  const whole = (await resume(t, input, '')).text;
  assert.equal(parseLines(whole).length, 5);
  const bytes = Buffer.from(whole);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const start = bytes.subarray(0, cut);
    const folder = temporaryFolder(t.after.bind(t));
    const path = folder.write('o.jsonl', start);
    const { asked } = await runFake(['run', '--tools', folder.write('f.json', functions), '--input', folder.write('p.jsonl', input), '--output', path, '--resume']);
    assert.equal(withoutFolder(readFileSync(path, 'utf8')), withoutFolder(whole), `cut at ${cut}`);
    const done = start.toString('latin1').split('\n').length - 1;
    assert.equal(asked.prompts.length, 5 - done - (done < 2 ? 1 : 0), `cut at ${cut}`);
  }
});

test('resume refuses the output of another input, and leaves it as it was', async (t) => {
  const input = '"a"\n"b"\n';
  const table: readonly (readonly [output: string, message: RegExp])[] = [
    [asLines([{ prompt: 'a' }, { prompt: 'c' }]), /o\.jsonl:2: is for \{"prompt":"c"\}, the input has \{"prompt":"b"\} there; --resume needs the input of the run that wrote the file\n$/],
    [asLines([{ id: 1, prompt: 'a' }]), /o\.jsonl:1: is for \{"id":1,"prompt":"a"\}/],
    [asLines([{ prompt: 'a' }, { prompt: 'b' }, { prompt: 'c' }]), /o\.jsonl:3: the input ends before it/],
    ['{"prompt": "a"}\nno record\n{"promp', /o\.jsonl:2: is not a record of an earlier run/],
  ];
  for (const [output, message] of table) {
    const ran = await resume(t, input, output);
    assert.deepEqual([ran.code, ran.text, ran.asked.model], [1, output, undefined]);
    assert.match(ran.stderr, message);
  }
});

test('resume needs lines in the order of the input', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const start = ['run', '--tools', folder.write('f.json', functions), '--input', folder.write('p.jsonl', '"a"\n'), '--resume'];
  for (const [extra, message] of [
    [['--output', folder.path('o.json')], /--resume needs an output file of JSON lines/],
    [['--output', '-'], /--resume needs an output file of JSON lines/],
    [['--output', folder.path('o.jsonl'), '--order', 'finished'], /--resume needs results in the order of the input/],
  ] as const) {
    const ran = await runFake([...start, ...extra]);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, message);
  }
});

test('an interrupt ends a wait for standard input, too', async (t) => {
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(), 50);
  const folder = temporaryFolder(t.after.bind(t));
  const ran = await runFake(['run', '--tools', folder.write('f.json', functions), '--model', 'm'], { interrupt });
  assert.deepEqual([ran.code, ran.stdout, ran.asked.disposed], [130, '', 1]);
  assert.match(ran.stderr, /^surecall: interrupted; 0 results were written\n/);
});

test('a device without room is an error', { skip: !existsSync('/dev/full') && 'there is no /dev/full' }, async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  symlinkSync('/dev/full', folder.path('o.jsonl'));
  const ran = await runFake(['run', '--tools', folder.write('f.json', functions), '--input', folder.write('p.jsonl', '"a"\n"b"\n'), '--output', folder.path('o.jsonl'), '--model', 'm']);
  assert.deepEqual([ran.code, ran.asked.disposed], [1, 1]);
  assert.match(ran.stderr, /^surecall: .*o\.jsonl: cannot be written \(ENOSPC\)\n$/);
});

test('a prompt that fails keeps its id', async (t) => {
  const answer = (prompt: string) => {
    if (prompt === 'b') throw new SurecallError('SURECALL_CONTEXT_TOO_SMALL', 'too long');
    return fakeResult('fn_greet', { name: prompt });
  };
  const { code, lines } = await pipe(t, '"a"\n{"id": 2, "prompt": "b"}\n"c"\n', [], { answer });
  assert.equal(code, 1);
  assert.deepEqual(lines[1], { id: 2, prompt: 'b', error: { code: 'SURECALL_CONTEXT_TOO_SMALL', message: 'too long' } });
});

test('a model that is gone ends the run; resume can go on', async (t) => {
  const answer = (prompt: string) => {
    if (prompt === 'b') throw new SurecallError('SURECALL_DISPOSED', 'gone');
    return fakeResult('fn_greet', { name: prompt });
  };
  const { code, lines, stderr } = await pipe(t, '"a"\n"b"\n"c"\n', ['--concurrency', '1'], { answer });
  assert.deepEqual([code, stderr], [1, 'surecall: gone\n']);
  assert.ok(lines.length <= 1);
});

test('an interrupt while earlier results are read leaves them alone', async (t) => {
  const interrupt = new AbortController();
  interrupt.abort();
  const done = asLines([{ prompt: 'a' }, { prompt: 'b' }]);
  const ran = await resume(t, '"a"\n"b"\n"c"\n', `${done}{"pro`, { interrupt });
  assert.deepEqual([ran.code, ran.text, ran.stderr], [130, `${done}{"pro`, '']);
});

test('a missing file, a folder and missing tools are one line', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const tools = folder.write('f.json', functions);
  const missing = await runFake(['run', '--tools', tools, '--input', folder.path('none.jsonl')]);
  assert.deepEqual([missing.code, missing.stderr], [1, `surecall: ${folder.path('none.jsonl')}: no such file\n`]);
  const none = await runFake(['run']);
  assert.deepEqual([none.code, none.stderr], [2, 'surecall: --tools is missing: a file with the functions that may be called\n']);
  writeFileSync(folder.path('same.jsonl'), '"a"\n');
  const same = await runFake(['run', '--tools', tools, '--input', folder.path('same.jsonl'), '--output', folder.path('same.jsonl')]);
  assert.equal(same.code, 2);
  assert.equal(readFileSync(folder.path('same.jsonl'), 'utf8'), '"a"\n');
});

test('a terminal sees the rate and the time left; without a total, the rate', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const start = ['run', '--tools', folder.write('f.json', functions), '--model', 'm', '--output', folder.path('o.jsonl')];
  const answer = async (prompt: string) => {
    await sleep(150);
    return fakeResult('fn_greet', { name: prompt });
  };
  const file = await runFake([...start, '--input', folder.write('p.jsonl', asLines(['a', 'b', 'c', 'd', 'e', 'f']))], { isTTY: true, answer });
  assert.match(file.stderr, /░ [1-5]\/6 prompts, \d+(\.\d)?\/s, \ds left/);
  const stream = await runFake(start, { isTTY: true, answer, stdin: asLines(['a', 'b', 'c', 'd', 'e', 'f']) });
  assert.match(stream.stderr, /[1-5] prompts, \d+(\.\d)?\/s/);
});
