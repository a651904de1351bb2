import assert from 'node:assert/strict';
import { readFileSync, existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SurecallError } from '../../lib/errors.js';
import { fakeResult, runFake, temporaryFolder, type FakeOptions, type Ran } from '../support/fake-command.js';
import { repositoryPath } from '../support/shared-data.js';

const functions = [{ name: 'fn_greet', description: 'Greet.', parameters: { name: { type: 'string' } } }];
const three = [{ prompt: 'a' }, { prompt: 'b' }, { prompt: 'c' }];
const call = (prompt: string): unknown => ({ prompt, name: 'fn_greet', parameters: { name: prompt } });

interface FileRun extends Ran {
  readonly output: unknown;
}

async function runFiles(t: TestContext, options: FakeOptions = {}, extra: readonly string[] = [], prompts: unknown = three): Promise<FileRun> {
  const folder = temporaryFolder(t.after.bind(t));
  const output = folder.path('out/results.json');
  const ran = await runFake(
    ['--functions_definition', folder.write('f.json', functions), '--input', folder.write('p.json', prompts), '--output', output, ...extra],
    options,
  );
  return { ...ran, output: existsSync(output) ? JSON.parse(readFileSync(output, 'utf8')) : undefined };
}

test('prompts become calls, in order, and a closing line', async (t) => {
  const ran = await runFiles(t, {}, ['--model', 'm.gguf', '--threads', '2', '--max_tokens', '64', '--format', 'qwen']);
  assert.deepEqual([ran.code, ran.output], [0, ['a', 'b', 'c'].map(call)]);
  assert.match(ran.stderr, /^3 prompts in \d+\.\d s \(\d+\.\d prompts\/s\), 30 tokens, 60% fast-forwarded, 15 model steps\n$/);
  assert.deepEqual([ran.asked.path, ran.asked.model?.threads, ran.asked.disposed], ['m.gguf', 2, 1]);
  assert.deepEqual(ran.asked.caller, { format: 'qwen', trace: false, maxTokens: 64 });
});

test('without --model one line says what the bundled model is and how to use another', async (t) => {
  const ran = await runFiles(t);
  assert.equal(ran.asked.path, undefined);
  const [notice] = ran.stderr.split('\n');
  assert.match(notice ?? '', /demonstration model.*--model qwen3-0\.6b \(639 MB/);
});

test('a prompt that fails is reported in its place and the rest go on', async (t) => {
  const answer = (prompt: string) => {
    if (prompt === 'b') throw new SurecallError('SURECALL_BUDGET_TOO_SMALL', 'no room');
    return fakeResult('fn_greet', { name: prompt });
  };
  const ran = await runFiles(t, { answer });
  assert.equal(ran.code, 1);
  assert.deepEqual(ran.output, [call('a'), { prompt: 'b', error: { code: 'SURECALL_BUDGET_TOO_SMALL', message: 'no room' } }, call('c')]);
  assert.match(ran.stderr, /3 prompts .*, 1 failed\n$/);
});

test('an answer without a call, and an error that is not ours, are failures too', async (t) => {
  const answer = (prompt: string) => {
    if (prompt === 'b') throw new TypeError('oops');
    return fakeResult('fn_greet', { name: prompt }, prompt === 'c' ? { calls: [], finishReason: 'stop' } : {});
  };
  const { code, output } = await runFiles(t, { answer });
  assert.equal(code, 1);
  assert.deepEqual((output as { error?: unknown }[]).map(({ error }) => error), [
    undefined,
    { code: 'SURECALL_INTERNAL', message: 'oops' },
    { code: 'SURECALL_PARSE', message: 'the model made no call (stop)' },
  ]);
});

test('no prompts are no failure', async (t) => {
  const ran = await runFiles(t, {}, [], []);
  assert.deepEqual([ran.code, ran.output], [0, []]);
});

test('an interrupt finishes what was begun, begins nothing more and exits with 130', async (t) => {
  for (const [extra, begun] of [[['--concurrency', '1'], ['a']], [['--concurrency', '2'], ['a', 'b']]] as const) {
    const interrupt = new AbortController();
    const answer = async (prompt: string) => {
      await sleep(2);
      interrupt.abort();
      await sleep(5);
      return fakeResult('fn_greet', { name: prompt });
    };
    const ran = await runFiles(t, { answer, interrupt }, extra);
    assert.deepEqual([ran.code, ran.output, ran.asked.prompts, ran.asked.disposed], [130, begun.map(call), [...begun], 1]);
    assert.match(ran.stderr, new RegExp(`\nsurecall: interrupted; ${begun.length} of 3 results are in .*results\\.json\n`));
  }
});

test('an interrupt while the model is loading touches no file', async (t) => {
  const interrupt = new AbortController();
  interrupt.abort();
  const loadError = new SurecallError('SURECALL_ABORTED', 'stopped');
  const ran = await runFiles(t, { interrupt, loadError });
  assert.deepEqual([ran.code, ran.output], [130, undefined]);
});

test('a sudden exit writes what is done', async (t) => {
  const seen: number[] = [];
  let exit = (): void => undefined;
  const folder = temporaryFolder(t.after.bind(t));
  const output = folder.path('o.json');
  const answer = async (prompt: string) => {
    await sleep(2);
    exit();
    if (existsSync(output)) seen.push((JSON.parse(readFileSync(output, 'utf8')) as unknown[]).length);
    return fakeResult('fn_greet', { name: prompt });
  };
  await runFake(
    ['--functions_definition', folder.write('f.json', functions), '--input', folder.write('p.json', three), '--output', output, '--concurrency', '1'],
    { answer, onExit: (action) => (exit = action) },
  );
  assert.deepEqual(seen, [0, 1, 2]);
});

test('a model that cannot be loaded is one line, and no output file', async (t) => {
  const loadError = new SurecallError('SURECALL_MODEL_LOAD', 'm.gguf: is not a GGUF file\n(magic)');
  const ran = await runFiles(t, { loadError }, ['--model', 'm.gguf']);
  assert.deepEqual([ran.code, ran.stderr, ran.output], [1, 'surecall: m.gguf: is not a GGUF file (magic)\n', undefined]);
});

test('file errors are one line, and the model is not loaded', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const input = folder.write('p.json', three);
  const missing = folder.path('none.json');
  const table: readonly (readonly [args: readonly string[], line: string])[] = [
    [['--functions_definition', missing, '--input', input], `${missing}: no such file`],
    [['--functions_definition', folder.write('e.json', '[]'), '--input', input], `${folder.path('e.json')}: the list of tools is empty`],
    [['--functions_definition', folder.write('b.json', '[{]'), '--input', input], `${folder.path('b.json')}:1:3: is not JSON: property name expected`],
    [['--functions_definition', folder.write('f.json', functions), '--input', missing], `${missing}: no such file`],
    [
      ['--functions_definition', folder.write('d.json', [...functions, ...functions]), '--input', input],
      `${folder.path('d.json')}: [1] "fn_greet": name: already used by [0]`,
    ],
    [['--functions_definition', folder.path('f.json'), '--input', input, '--output', folder.path('')], `${folder.path('')}: is a folder`],
  ];
  for (const [args, line] of table) {
    const ran = await runFake(args);
    assert.deepEqual([ran.code, ran.stderr, ran.asked.model], [1, `surecall: ${line}\n`, undefined]);
  }
});

test('usage errors exit with 2 and one line', async (t) => {
  const folder = temporaryFolder(t.after.bind(t));
  const input = folder.write('p.json', three);
  const functionsFile = folder.write('f.json', functions);
  const table: readonly (readonly [args: readonly string[], line: RegExp])[] = [
    [['--inptu', 'x'], /^surecall: unknown option '--inptu' \(Did you mean --input\?\)\n$/],
    [['--format', 'yaml'], /^surecall: .*There are auto, .*, json, .*, qwen, .*, or a \.json file\.\n$/],
    [['--max_tokens', '0'], /^surecall: .*Not a positive integer\.\n$/],
    [['--threads', '1.5'], /^surecall: .*Not a positive integer\.\n$/],
    [['--model'], /^surecall: .*argument missing\n$/],
    [['extra'], /^surecall: too many arguments.*\n$/],
    [['--functions_definition', functionsFile, '--input', input, '--output', input], /^surecall: --output and --input are the same file: .*\n$/],
  ];
  for (const [args, line] of table) {
    const ran = await runFake(args);
    assert.equal(ran.code, 2, args.join(' '));
    assert.match(ran.stderr, line);
  }
  assert.deepEqual(JSON.parse(readFileSync(input, 'utf8')), three);
});

test('--help and --version', async () => {
  const help = await runFake(['--help']);
  assert.equal(help.code, 0);
  for (const flag of ['--functions_definition', '--input', '--output', '--model', '--format', '--max_tokens', '--threads', '--verbose', '--interactive']) {
    assert.ok(help.stdout.includes(flag), flag);
  }
  const { version } = JSON.parse(readFileSync(repositoryPath('package.json'), 'utf8')) as { version: string };
  assert.equal((await runFake(['--version'])).stdout, `${version}\n`);
});

test('a terminal gets a progress bar, and the closing line stands alone', async (t) => {
  const ran = await runFiles(t, { isTTY: true }, ['--model', 'm']);
  assert.match(ran.stderr, /0\/3 prompts/);
  assert.match(ran.stderr, /3 prompts in/);
});

test('--verbose shows forced stretches, choices, alternatives, counts and errors', async (t) => {
  const trace = [
    { kind: 'forced', tokens: [{ id: 1, text: '{"name": "' }, { id: 2, text: 'fn_' }] },
    {
      kind: 'choice',
      tokens: [{ id: 3, text: 'greet' }],
      logprob: -0.0123,
      allowed: 7,
      removedMass: 0.25,
      alternatives: [-0.0123, -1, -2, -3, -4, -5].map((logprob, id) => ({ id, text: `t${id}`, logprob })),
    },
  ] as const;
  const answer = (prompt: string) => {
    if (prompt === 'c') throw new SurecallError('SURECALL_NATIVE', 'no');
    return fakeResult('fn_greet', { name: prompt }, { trace });
  };
  const ran = await runFiles(t, { answer, isTTY: true }, ['--verbose', '--model', 'm']);
  assert.equal(ran.asked.caller?.trace, true);
  assert.ok(ran.stderr.startsWith(
    '[1/3] "a"\n' +
      '  forced  "{\\"name\\": \\"fn_"  2 tokens\n' +
      '  choice  "greet"  logprob -0.012, 7 allowed, 25.0% removed\n' +
      '          "t0" -0.012  "t1" -1.000  "t2" -2.000  "t3" -3.000  "t4" -4.000\n' +
      '  call    fn_greet({"name":"a"})  confidence 0.900\n' +
      '  usage   prompt 30 (20 cached), fast-forwarded 6, sampled 4, model steps 5, 3 ms, tool_calls\n' +
      '[2/3] "b"\n',
  ));
  assert.ok(ran.stderr.includes('[3/3] "c"\n  error   SURECALL_NATIVE: no\n'));
});

async function interactive(t: TestContext, stdin: string, options: FakeOptions = {}): Promise<Ran> {
  const path = temporaryFolder(t.after.bind(t)).write('f.json', functions);
  return runFake(['--interactive', '--model', 'm', '--functions_definition', path], { stdin, ...options });
}

for (const [name, stdin] of [['EOF', 'a\n\n b \n'], ['EOF without a line break', 'a\nb'], ['quit', 'a\nb\nquit\nc\n'], ['exit', 'a\nb\n EXIT \nc\n']] as const) {
  test(`--interactive answers line by line until ${name}`, async (t) => {
    const ran = await interactive(t, stdin);
    assert.deepEqual([ran.code, ran.stderr, ran.asked.disposed], [0, '', 1]);
    assert.deepEqual(ran.stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as unknown), ['a', 'b'].map(call));
  });
}

test('--interactive goes on after a failure', async (t) => {
  const answer = (prompt: string) => {
    if (prompt === 'a') throw new SurecallError('SURECALL_CONTEXT_TOO_SMALL', 'too long');
    return fakeResult('fn_greet', { name: prompt });
  };
  const ran = await interactive(t, 'a\nb\n', { answer });
  assert.equal(ran.code, 1);
  assert.deepEqual(JSON.parse(ran.stdout.split('\n')[0] ?? ''), { prompt: 'a', error: { code: 'SURECALL_CONTEXT_TOO_SMALL', message: 'too long' } });
  assert.deepEqual(JSON.parse(ran.stdout.split('\n')[1] ?? ''), call('b'));
});

test('--interactive ends on an interrupt, waiting or answering', async (t) => {
  const waiting = new AbortController();
  setTimeout(() => waiting.abort(), 50);
  const path = temporaryFolder(t.after.bind(t)).write('f.json', functions);
  const idle = await runFake(['--interactive', '--model', 'm', '--functions_definition', path], { interrupt: waiting });
  assert.deepEqual([idle.code, idle.stdout], [130, '']);
  const busy = new AbortController();
  const answer = () => {
    busy.abort();
    return fakeResult('fn_greet', {});
  };
  const stopped = await interactive(t, 'a\nb\n', { answer, interrupt: busy });
  assert.deepEqual([stopped.code, stopped.stdout, stopped.asked.prompts], [130, '', ['a']]);
});

test('a terminal is told how to stop', async (t) => {
  const ran = await interactive(t, 'a\n', { isTTY: true });
  assert.match(ran.stderr, /^Type a prompt; "quit" or "exit" ends\.\n> > $/);
});

test('the executable: help, usage errors and file errors need no addon', () => {
  const main = repositoryPath('lib/cli/main.ts');
  const start = (...args: string[]) => spawnSync(process.execPath, ['--import', 'tsx', main, ...args], { encoding: 'utf8', cwd: repositoryPath('') });
  assert.equal(start('--help').status, 0);
  const usage = start('--nothing');
  assert.deepEqual([usage.status, usage.stderr], [2, "surecall: unknown option '--nothing'\n"]);
  const file = start('--functions_definition', 'no-such-file.json');
  assert.deepEqual([file.status, file.stdout, file.stderr], [1, '', 'surecall: no-such-file.json: no such file\n']);
});
