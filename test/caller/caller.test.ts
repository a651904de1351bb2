// One call: what it counts, what changes nothing, what stops it, what it refuses.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadModel, type Caller, type CallResult, type Model } from '../../lib/index.js';
import { EXAMPLES, invalidCall } from '../support/examples.js';
import { nanoModel, randomModel } from '../support/models.js';
import { repositoryPath } from '../support/shared-data.js';

let nano: Model;
let random: Model;
before(async () => { [nano, random] = await Promise.all([nanoModel(), randomModel()]); });
after(async () => { await Promise.all([nano.dispose(), random.dispose()]); });

const [seed1, seed2] = EXAMPLES;
assert.ok(seed1 !== undefined && seed2 !== undefined);

test('the bundled model calls tools, and says what it did', async () => {
  const { calls, usage, timings, finishReason, text } = await nano.caller(seed2.tools).call('Reverse the string \'hello\'');
  assert.deepEqual(calls.map(({ name, arguments: args }) => ({ name, args })), [{ name: 'fn_reverse_string', args: { s: 'hello' } }]);
  assert.equal(finishReason, 'tool_calls');
  assert.equal(text, '<tool_call>\n{"name": "fn_reverse_string", "arguments": {"s": "hello"}}\n</tool_call>');
  assert.equal(usage.fastForwardedTokens + usage.sampledTokens, nano.vocabulary.tokenize(text).length);
  assert.ok(usage.modelSteps < usage.sampledTokens + 2 && usage.promptTokens > 50 && timings.totalMs > 0);
  const [call] = calls;
  assert.ok(call !== undefined && call.confidence > 0 && call.confidence <= 1);
});

test('with tool choice auto a model may write text, and calls are found in it', async () => {
  const { calls, text } = await nano.caller(seed2.tools, { format: 'qwen', toolChoice: 'auto' }).call('Reverse the string \'hello\'');
  assert.deepEqual(calls.map(({ name, arguments: args }) => ({ name, args })), [{ name: 'fn_reverse_string', args: { s: 'hello' } }]);
  assert.ok(text.endsWith('\n</tool_call>'));
  for (const { tools, prompts } of EXAMPLES) {
    const caller = random.caller(tools, { format: 'qwen', toolChoice: 'auto', maxTokens: 24 });
    const result = await caller.call(prompts[0] as string);
    if (result.calls.length > 0) assert.equal(invalidCall(tools, result), undefined);
    assert.ok(result.calls.length > 0 || !result.text.includes('<tool_call>'), result.text);
  }
});

test('prompts of the same tools share the evaluated prefix', async () => {
  const caller = nano.caller(seed1.tools);
  await caller.call('Is 4 an even number?', { prefixCache: false });
  const { usage } = await caller.call('Is 7 an even number?');
  assert.ok(usage.cachedTokens > 0.8 * usage.promptTokens, `${usage.cachedTokens} of ${usage.promptTokens} cached`);
});

test('answers are the same with and without fast-forward, with and without the prefix cache', async () => {
  let same = 0;
  let compared = 0;
  for (const model of [nano, random]) {
    for (const { tools, prompts } of EXAMPLES) {
      const caller = model.caller(tools, { maxTokens: 100, trace: true });
      for (const prompt of prompts.slice(0, 5)) {
        const fast = await caller.call(prompt);
        const slow = await caller.call(prompt, { fastForward: false });
        const fresh = await caller.call(prompt, { prefixCache: false });
        same += assertSame(fast, slow) + assertSame(fast, fresh);
        compared += 2;
        assert.ok(slow.usage.modelSteps > fast.usage.modelSteps);
      }
    }
  }
  assert.ok(same >= 0.8 * compared, `${same} of ${compared} answers are the same`);
});

/**
 * 1 if two answers are the same; 0 if they part at a choice between tokens that the model finds equally likely. Batches
 * of different sizes are added up in different orders, and a model of random weights wanders into such ties.
 */
function assertSame(a: CallResult, b: CallResult): number {
  if (a.text === b.text) return 1;
  const [ours, theirs] = [a, b].map(({ trace }) => (trace ?? []).filter(({ kind }) => kind === 'choice'));
  const at = ours?.findIndex((step, index) => step.tokens[0]?.id !== theirs?.[index]?.tokens[0]?.id) ?? -1;
  const other = theirs?.[at]?.tokens[0]?.id;
  const logprobs = ours?.[at]?.alternatives?.filter(({ id }) => id === other || id === ours[at]?.tokens[0]?.id).map(({ logprob }) => logprob);
  assert.equal(logprobs?.length, 2, `${a.text} and ${b.text} part where only one is likely`);
  const [first = 0, second = 1] = logprobs;
  assert.ok(Math.abs(first - second) < 0.05, `${a.text} and ${b.text} part at log probabilities ${first} and ${second}`);
  return 0;
}

test('two calls at once queue up and give what they give alone', async () => {
  const caller = nano.caller(seed1.tools);
  const prompts = ['Is 4 an even number?', 'Read the file at /home/user/data.json with utf-8 encoding'];
  const alone = [];
  for (const prompt of prompts) alone.push((await caller.call(prompt)).text);
  const together = await Promise.all(prompts.map((prompt) => caller.call(prompt)));
  assert.deepEqual(together.map(({ text }) => text), alone);
});

test('a trace tells every choice and every forced stretch', async () => {
  const { trace, text } = await nano.caller(seed1.tools, { trace: true }).call('Is 4 an even number?');
  assert.ok(trace !== undefined);
  assert.equal(trace.flatMap(({ tokens }) => tokens.map((token) => token.text)).join(''), text);
  const choice = trace.find(({ kind }) => kind === 'choice');
  assert.ok(choice?.logprob !== undefined && choice.logprob <= 0 && choice.allowed !== undefined && choice.allowed > 0);
  assert.ok(choice.alternatives !== undefined && choice.alternatives.length > 0 && choice.alternatives.length <= 5);
});

test('an AbortSignal stops a call; the model goes on', async () => {
  const caller = random.caller(seed1.tools, { format: 'qwen', maxTokens: 2000, limits: { stringLength: 100_000 } });
  const controller = new AbortController();
  const stopped = ['x'.repeat(2000), 'y'].map((prompt) => assert.rejects(caller.call(prompt, { signal: controller.signal }), { code: 'SURECALL_ABORTED' }));
  setTimeout(() => controller.abort(), 30);
  await Promise.all(stopped);
  await assert.rejects(caller.call('z', { signal: AbortSignal.abort() }), { code: 'SURECALL_ABORTED' });
  assert.equal(invalidCall(seed1.tools, await caller.call('z', { maxTokens: 60 })), undefined);
});

test('dispose rejects what waits and everything after it, and may be called twice', async () => {
  const model = await randomModel();
  const caller = model.caller(seed1.tools, { format: 'qwen' });
  const waiting = [caller.call('a'), caller.call('b')].map((call) => assert.rejects(call, { code: 'SURECALL_DISPOSED' }));
  await model.dispose();
  await Promise.all(waiting);
  await assert.rejects(caller.call('c'), { code: 'SURECALL_DISPOSED' });
  await model.dispose();
});

test('a prompt that does not fit is an error with the numbers', async () => {
  const caller: Caller = nano.caller(seed1.tools);
  await assert.rejects(caller.call('word '.repeat(20_000)), { code: 'SURECALL_CONTEXT_TOO_SMALL', message: /\d+ tokens/ });
});

test('wrong options and prompts are named', async () => {
  assert.throws(() => nano.caller([]), { code: 'SURECALL_EMPTY_TOOLS' });
  assert.throws(() => nano.caller(seed1.tools, { toolChoice: { name: 'nope' } }), { code: 'SURECALL_INVALID_OPTION', message: /nope/ });
  const caller = nano.caller(seed1.tools);
  await assert.rejects(caller.call('x', { maxTokens: -1 }), { code: 'SURECALL_INVALID_OPTION' });
  await assert.rejects(caller.call(7 as unknown as string), { code: 'SURECALL_INVALID_OPTION' });
  await assert.rejects(caller.call('x', { maxTokens: 5 }), { code: 'SURECALL_BUDGET_TOO_SMALL' });
});

test('files that are no models are refused by name', async () => {
  await assert.rejects(loadModel('does/not/exist.gguf'), { code: 'SURECALL_MODEL_LOAD', message: /does\/not\/exist\.gguf/ });
  await assert.rejects(loadModel(repositoryPath('package.json')), { code: 'SURECALL_MODEL_LOAD', message: /package\.json/ });
  await assert.rejects(loadModel('ftp://example.invalid/x.gguf'), { code: 'SURECALL_MODEL_LOAD' });
});

test('a named tool is called whatever the prompt says', async () => {
  const caller = nano.caller(seed1.tools, { toolChoice: { name: 'fn_read_file' } });
  const { calls } = await caller.call('What is the product of 3 and 5?');
  assert.equal(calls[0]?.name, 'fn_read_file');
});

test('a batch keeps its order and reports failures in place', async () => {
  const caller = nano.caller(seed1.tools);
  const results = [];
  for await (const result of caller.batch(['Is 4 an even number?', 'word '.repeat(20_000), 'Is 7 an even number?'])) results.push(result);
  assert.deepEqual(results.map(({ index, error }) => [index, error?.code]), [[0, undefined], [1, 'SURECALL_CONTEXT_TOO_SMALL'], [2, undefined]]);
});
