// Streams: the deltas add up to the result, in whatever pieces they come; whoever leaves frees the slot.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AnswerReader } from '../../lib/caller/answer-reader.js';
import type { Caller, CallEvent, CallOptions, CallResult, CallerOptions, Model, ToolInput } from '../../lib/index.js';
import { FORMAT_NAMES, loadModel } from '../../lib/index.js';
import type { AnswerPart } from '../../lib/native-types.js';
import { EXAMPLES } from '../support/examples.js';
import { nanoModel, randomModel } from '../support/models.js';
import { type Random, seededRandom } from '../support/random.js';
import { repositoryPath } from '../support/shared-data.js';

let model: Model;
let nano: Model;
before(async () => { [model, nano] = await Promise.all([randomModel(16_384), nanoModel()]); });
after(async () => { await Promise.all([model.dispose(), nano.dispose()]); });

const [example] = EXAMPLES;
assert.ok(example !== undefined);

/** Values of all kinds, some of which need repair. */
const TOOLS: readonly ToolInput[] = [
  ...example.tools,
  { name: 'note', description: '', parameters: { type: 'object', properties: { text: { type: 'string' }, tags: { type: 'array', items: { type: 'string' }, maxItems: 3 } }, required: ['text'] } },
  { name: 'ping', description: '', parameters: { type: 'object', properties: {} } },
  { name: 'any', description: '', parameters: { type: 'object', properties: {}, additionalProperties: { type: ['string', 'integer', 'null'] }, maxProperties: 3 } },
];

const CONFIGURATIONS: readonly CallerOptions[] = [
  { format: 'qwen' },
  { format: 'qwen', escapes: 'strict', parallelCalls: true },
  { format: 'qwen', toolChoice: 'auto', parallelCalls: true },
  { format: 'qwen', toolChoice: 'none' },
  { format: 'json', toolChoice: 'auto' },
  { format: 'json', parallelCalls: true },
  { format: 'qwen_coder', parallelCalls: true },
  { format: 'cohere', toolChoice: 'auto', parallelCalls: true, thinking: { maxTokens: 12 } },
  { format: 'json', toolChoice: 'auto', response: { type: 'json_object' } },
  { format: 'json', response: { type: 'json_schema', schema: { type: 'array', items: { type: 'string' } } } },
];

interface Told {
  readonly events: readonly CallEvent[];
  readonly result: CallResult;
}

async function tell(caller: Caller, prompt: string, options: CallOptions): Promise<Told> {
  const events: CallEvent[] = [];
  for await (const event of caller.stream(prompt, options)) events.push(event);
  const last = events.pop();
  assert.ok(last?.type === 'end', 'the last event has the result');
  return { events, result: last.result };
}

/** What deltas add up to is what the result says. */
function checkEvents(events: readonly CallEvent[], result: Pick<CallResult, 'calls' | 'content' | 'thinking'>, where: string): void {
  let content = '';
  let thinking = '';
  let json = '';
  const called: unknown[] = [];
  let open = -1;
  for (const event of events) {
    if (event.type === 'text') content += event.delta;
    if (event.type === 'thinking') thinking += event.delta;
    if (event.type === 'text' || event.type === 'thinking' || event.type === 'arguments') {
      assert.notEqual(event.delta, '', where);
      assert.ok(!event.delta.includes('\ufffd') || `${result.content}${JSON.stringify(result.calls)}`.includes('\ufffd'), `${where}: half a character`);
    }
    if (event.type === 'call') {
      assert.equal(event.index, called.length, where);
      assert.equal(event.name, result.calls[event.index]?.name, where);
      assert.equal(event.id, result.calls[event.index]?.id, where);
      open = event.index;
      json = '';
    }
    if (event.type === 'arguments') {
      assert.equal(event.index, open, `${where}: arguments of a call that is open`);
      json += event.delta;
    }
    if (event.type === 'called') {
      assert.deepEqual(JSON.parse(json), event.call.arguments, where);
      called.push(event.call);
      open = -1;
    }
  }
  assert.equal(content, result.content, where);
  assert.equal(thinking, result.thinking ?? '', where);
  assert.deepEqual(called, result.calls, where);
}

test('deltas add up to the result: random logits, all formats and choices', async () => {
  for (const [index, options] of CONFIGURATIONS.entries()) {
    const callers = [nano, model].map((one) => one.caller(TOOLS, { ...options, limits: { stringLength: 100 } }));
    let calls = 0;
    for (let seed = 0; seed < 60; seed++) {
      // Walks over the large vocabulary take twenty times as long.
      const caller = callers[seed % 20 === 0 ? 1 : 0] as Caller;
      const call = { randomLogitsSeed: seed, maxTokens: [60, 90, 300][seed % 3] as number };
      const { events, result } = await tell(caller, 'x', call);
      checkEvents(events, result, `configuration ${index}, seed ${seed}: ${result.text}`);
      const alone = await caller.call('x', call);
      assert.deepEqual({ ...result, timings: 0 }, { ...alone, timings: 0 }, 'a stream and a call give the same');
      calls += result.calls.length;
    }
    assert.ok(calls > 0 || options.toolChoice === 'none' || options.toolChoice === 'auto' || options.response !== undefined, `configuration ${index} made no call`);
  }
});

test('deltas add up to the result in all formats, thinking or not', async () => {
  const seen = new Set<string>();
  for (const format of FORMAT_NAMES) {
    for (const toolChoice of ['required', 'auto'] as const) {
      for (const thinking of ['off', { maxTokens: 20 }] as const) {
        const caller = nano.caller(TOOLS, { format, toolChoice, thinking, parallelCalls: true, limits: { stringLength: 40 } });
        for (let seed = 0; seed < 8; seed++) {
          const { events, result } = await tell(caller, 'x', { randomLogitsSeed: seed, maxTokens: 250 });
          checkEvents(events, result, `${format}, ${toolChoice}, seed ${seed}: ${result.text}`);
          if (result.calls.length > 0) seen.add(format);
          if (toolChoice === 'required') assert.ok(result.calls.length > 0);
          if (result.thinking !== undefined) seen.add('thinking');
        }
      }
    }
  }
  assert.equal(seen.size, FORMAT_NAMES.length + 1);
});

test('a response stands where text could', async () => {
  const schema = { type: 'object', properties: { answer: { type: 'integer' } }, required: ['answer'], additionalProperties: false } as const;
  for (const format of ['qwen', 'harmony', 'json'] as const) {
    for (const toolChoice of ['none', 'auto', undefined]) {
      for (const thinking of ['off', { maxTokens: 10 }] as const) {
        const caller = nano.caller(TOOLS, { format, ...(toolChoice === undefined ? {} : { toolChoice: toolChoice as 'auto' }), thinking, response: { type: 'json_schema', schema } });
        for (let seed = 0; seed < 8; seed++) {
          const { events, result } = await tell(caller, 'x', { randomLogitsSeed: seed, maxTokens: 300 });
          const where = `${format}, ${toolChoice}, seed ${seed}: ${result.text}`;
          checkEvents(events, result, where);
          if (toolChoice === 'none') assert.equal(result.calls.length, 0);
          if (result.calls.length === 0) assert.ok(Number.isInteger((JSON.parse(result.content) as { answer: number }).answer), where);
        }
      }
    }
  }
  const free = nano.caller([], { toolChoice: 'none', maxTokens: 20 });
  assert.equal((await free.call('x', { randomLogitsSeed: 1 })).finishReason, 'length');
  const object = await nano.caller([], { response: { type: 'json_object' }, maxTokens: 60 }).call('x');
  assert.equal(typeof JSON.parse(object.content), 'object');
  assert.throws(() => nano.caller(TOOLS, { toolChoice: 'required', response: { type: 'json_object' } }), { code: 'SURECALL_INVALID_OPTION', message: /response/ });
  assert.throws(() => nano.caller([], { response: { type: 'xml' } as never }), { code: 'SURECALL_INVALID_OPTION', message: /xml/ });
});

test('weak calls are uncertain, and kept', async () => {
  const sure = nano.caller(EXAMPLES[1]?.tools ?? [], { format: 'qwen', minConfidence: 0.01 });
  const unsure = nano.caller(EXAMPLES[1]?.tools ?? [], { format: 'qwen', minConfidence: 1 });
  const [one, two] = [await sure.call("Reverse the string 'hello'"), await unsure.call("Reverse the string 'hello'")];
  assert.equal(one.finishReason, 'tool_calls');
  assert.equal(two.finishReason, 'uncertain');
  assert.deepEqual(two.calls[0]?.arguments, one.calls[0]?.arguments);
  const [call] = one.calls;
  assert.ok(call !== undefined && (call.argumentConfidence['s'] ?? 0) >= call.confidence);
  assert.throws(() => nano.caller(TOOLS, { minConfidence: 2 }), { code: 'SURECALL_INVALID_OPTION', message: /minConfidence/ });
});

test('confidence is the product of the choices of a trace', async () => {
  const caller = nano.caller(TOOLS, { format: 'qwen', escapes: 'strict', parallelCalls: true, trace: true, maxTokens: 200, limits: { stringLength: 20 } });
  for (let seed = 0; seed < 10; seed++) {
    const { calls, trace = [], text } = await caller.call('x', { randomLogitsSeed: seed });
    // Where each choice stands, by the lengths of the tokens before it.
    let at = 0;
    const choices = trace.map(({ kind, tokens, logprob = 0 }) => {
      const begin = at;
      at += tokens.reduce((sum, { id }) => sum + nano.vocabulary.bytes(id).length, 0);
      return { kind, begin, end: at, logprob };
    });
    let from = 0;
    for (const call of calls) {
      const begin = text.indexOf('<tool_call>', from);
      const end = text.indexOf('}\n</tool_call>', begin);
      from = end;
      const bytes = (index: number): number => Buffer.byteLength(text.slice(0, index));
      const product = choices.filter((choice) => choice.kind === 'choice' && choice.end > bytes(begin) && choice.begin < bytes(end)).reduce((sum, { logprob }) => sum + logprob, 0);
      assert.ok(Math.abs(Math.log(call.confidence) - product) < 1e-6, `seed ${seed}: ${call.confidence} and ${Math.exp(product)}`);
    }
  }
});

test('whole names are chosen by their total probability', async () => {
  const names = Array.from({ length: 70 }, (_, i) => `fn_${['get', 'set', 'add'][i % 3]}_${['user', 'file', 'weather_of_today'][(i >> 2) % 3]}_${i}`);
  // One is described with a word that no other has: which tool is meant must not be a near tie, as answers that are decoded together have
  // slightly other logits.
  const parameters = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] } as const;
  const tools = names.map((name, i) => ({ name, description: i === 1 ? 'Xylophone' : name, parameters }));
  const few = nano.caller(tools.slice(0, 5), { format: 'qwen', scoreNames: true, trace: true });
  const { calls, trace, usage } = await few.call('Call the xylophone with 3');
  const choice = trace?.find(({ kind }) => kind === 'choice');
  assert.equal(choice?.allowed, 5);
  assert.ok((usage.scoredTokens ?? 0) > 0 && usage.modelSteps >= 2);
  assert.equal(calls.length, 1);
  assert.equal(usage.fastForwardedTokens + usage.sampledTokens, trace?.reduce((sum, { tokens }) => sum + tokens.length, 0));
  // One sequence at a time and many together give the same names and probabilities, up to the model's own arithmetic.
  const all = nano.caller(tools, { format: 'qwen', scoreNames: true, trace: true });
  const one = await all.call('Call the xylophone with 3');
  assert.equal(one.calls[0]?.name, names[1]);
  const together = await Promise.all(Array.from({ length: 6 }, () => all.call('Call the xylophone with 3')));
  for (const other of together) assert.deepEqual(other.calls.map(({ name }) => name), one.calls.map(({ name }) => name));
  // The trees of all branches were given back: the cache still holds whole conversations.
  assert.equal((await few.call('again')).calls.length, 1);
});

test('comparing names together gives what the model says of each by itself', async () => {
  const names = ['fn_get_user', 'fn_get_users', 'fn_get_weather', 'fn_set_user', 'read_file', 'read', 'r', 'send_mail_to_everybody'];
  const tools = names.map((name) => ({ name, description: name, parameters: { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] } as const }));
  const caller = nano.caller(tools, { format: 'qwen', scoreNames: true, trace: true });
  const free = nano.caller(tools, { format: 'qwen', trace: true, toolChoice: 'none', response: { type: 'structural_tag', tag: { type: 'structural_tag', format: { type: 'any_text' } } } });
  const compared: number[] = [];
  const alone: number[] = [];
  // Two names are nearly as likely, and a prompt that is evaluated anew gives slightly other logits: it is evaluated once, before all.
  await caller.call('Who is it?');
  for (const name of names) {
    const teacher = `<tool_call>\n{"name": "${name}", "arguments": {"a": 1}}\n</tool_call>`;
    const { trace = [] } = await caller.call('Who is it?', { teacher });
    const at = trace.findIndex(({ kind }) => kind === 'choice');
    const tokens = trace[at]?.tokens ?? [];
    compared.push(trace[at]?.logprob ?? 0);
    assert.equal(trace[at]?.allowed, names.length);
    // Every token by itself, among all tokens of text: what the mask removed of the model's own probability is added again.
    const told = await free.call('Who is it?', { teacher, fastForward: false, drafts: false });
    const before = trace.slice(0, at).flatMap((step) => step.tokens).length;
    const steps = (told.trace ?? []).slice(before, before + tokens.length);
    assert.deepEqual(steps.flatMap((step) => step.tokens), tokens);
    alone.push(steps.reduce((sum, { logprob = 0, removedMass = 0 }) => sum + logprob + Math.log1p(-removedMass), 0));
  }
  const total = Math.log(alone.reduce((sum, one) => sum + Math.exp(one), 0));
  for (const [index, name] of names.entries()) {
    const [ours, theirs] = [compared[index] as number, (alone[index] as number) - total];
    assert.ok(Math.abs(ours - theirs) < 0.05 + 0.01 * Math.abs(theirs), `${name}: ${ours} together, ${theirs} alone`);
  }
  const best = await caller.call('Who is it?');
  assert.equal(best.calls[0]?.name, names[alone.indexOf(Math.max(...alone))]);
});

test('in whatever parts an answer comes, the same is told', async () => {
  const random = seededRandom(11);
  for (const options of CONFIGURATIONS) {
    const caller = nano.caller(TOOLS, { ...options, limits: { stringLength: 60 } });
    for (let seed = 0; seed < 12; seed++) {
      const parts: AnswerPart[] = [];
      const result = await whileListening(parts, () => tell(caller, 'x', { randomLogitsSeed: seed, maxTokens: 120 }));
      for (let round = 0; round < 3; round++) {
        const reader = new AnswerReader({ tools: caller.tools, lenient: options.escapes !== 'strict' && options.response === undefined, vocabulary: nano.vocabulary, check: undefined, minConfidence: 0, firstCall: 0 });
        const events = otherwise(parts, random).flatMap((part) => reader.read(part));
        checkEvents(events, result.result, `seed ${seed}: ${result.result.text}`);
      }
    }
  }
});

/** Runs `work` and collects the parts in which the engine reports. */
async function whileListening<T>(parts: AnswerPart[], work: () => Promise<T>): Promise<T> {
  const generate = nano.generate.bind(nano);
  nano.generate = (request, signal, onPart) => generate(request, signal, (part) => { parts.push(part); onPart?.(part); });
  try {
    return await work();
  } finally {
    nano.generate = generate;
  }
}

/** The same parts, some joined, some cut, the text ahead of what is known of it or just in time. */
function otherwise(parts: readonly AnswerPart[], random: Random): AnswerPart[] {
  const text = Buffer.concat(parts.map((part) => part.text));
  const marks = parts.flatMap((part) => part.marks);
  const choices = parts.flatMap((part) => part.choices);
  const out: AnswerPart[] = [];
  let at = 0;
  let settled = 0;
  let told = 0;
  while (settled < text.length) {
    const to = Math.min(text.length, at + random.below(12));
    const known = settled + random.below(to - settled + 1);
    const count = marks.slice(told).findIndex(({ offset }) => offset > known);
    const next = count < 0 ? marks.length : told + count;
    out.push({ text: text.subarray(at, to), settled: known, marks: marks.slice(told, next), choices: choices.filter(({ begin }) => begin >= at && begin < to), trace: [] });
    [at, settled, told] = [to, known, next];
  }
  out.push({ text: Buffer.alloc(0), settled: text.length, marks: marks.slice(told), choices: choices.filter(({ begin }) => begin >= text.length), trace: [] });
  return out;
}

test('with a trace, steps come with the text that they wrote', async () => {
  const caller = nano.caller(TOOLS, { format: 'qwen', toolChoice: 'none', trace: true, maxTokens: 30 });
  const { events, result } = await tell(caller, 'Say something', {});
  const steps = events.flatMap((event) => (event.type === 'text' ? (event.steps ?? []) : []));
  assert.equal(steps.flatMap(({ tokens }) => tokens.map((token) => token.text)).join(''), result.content);
  assert.deepEqual(steps, (result.trace ?? []).filter(({ tokens }) => tokens[0]?.text !== '<|im_end|>'));
});

test('text is told while the answer is written, not at its end', async () => {
  const caller = model.caller(TOOLS, { format: 'qwen', toolChoice: 'none', maxTokens: 200 });
  const before = model.stats().steps;
  let first: number | undefined;
  for await (const event of caller.stream('x')) {
    if (event.type === 'text') first ??= model.stats().steps - before;
  }
  const all = model.stats().steps - before;
  assert.ok(first !== undefined && first < all / 2, `the first delta came after ${first} of ${all} steps`);
});

test('leaving the iteration, an exception and the signal free the slot', async () => {
  const one = await loadModel(repositoryPath('models/surecall-nano.gguf'), { slots: 1 });
  try {
    const caller = one.caller(TOOLS, { format: 'qwen', toolChoice: 'none', maxTokens: 1500 });
    const leave = async (): Promise<void> => { for await (const _ of caller.stream('x')) break; };
    const fail = async (): Promise<void> => { for await (const _ of caller.stream('x')) throw new Error('mine'); };
    const controller = new AbortController();
    const abort = async (): Promise<void> => { for await (const _ of caller.stream('x', { signal: controller.signal })) controller.abort(); };
    await leave();
    await assert.rejects(fail(), { message: 'mine' });
    await assert.rejects(abort(), { code: 'SURECALL_ABORTED' });
    assert.equal(one.stats().failures, 3);
    await assert.rejects(caller.stream('x', { signal: AbortSignal.abort() }).next(), { code: 'SURECALL_ABORTED' });
    // Never begun, so there is nothing to free.
    await caller.stream('x').return(undefined as never);
    assert.equal(one.stats().failures, 3);
    assert.ok((await caller.call('x', { maxTokens: 5 })).timings.queuedMs < 100);
  } finally {
    await one.dispose();
  }
});

test('who takes events slowly gets few large ones', async () => {
  const caller = model.caller(TOOLS, { format: 'qwen', toolChoice: 'none', maxTokens: 300 });
  const quick = await tell(caller, 'x', { randomLogitsSeed: 3 });
  const events: CallEvent[] = [];
  for await (const event of caller.stream('x', { randomLogitsSeed: 3 })) {
    events.push(event);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  const end = events.pop();
  assert.ok(end?.type === 'end' && events.length <= 30, `${events.length} events`);
  checkEvents(events, quick.result, 'slow');
});

test('an error that decoding throws is thrown by the iteration', async () => {
  const caller = model.caller(TOOLS, { format: 'qwen' });
  await assert.rejects(caller.stream('x', { maxTokens: 3 }).next(), { code: 'SURECALL_BUDGET_TOO_SMALL' });
});

test('stop strings end text where they stand, and never a call', async () => {
  const stop = ['e', '不', 'th', ' "'];
  let stopped = 0;
  for (const toolChoice of ['none', 'auto', 'required'] as const) {
    const caller = nano.caller(TOOLS, { format: 'qwen', toolChoice, parallelCalls: true, limits: { stringLength: 40 } });
    for (let seed = 0; seed < 60; seed++) {
      const options = { randomLogitsSeed: seed, maxTokens: 200 };
      const whole = await caller.call('x', options);
      const { events, result } = await tell(caller, 'x', { ...options, stop });
      checkEvents(events, result, `${toolChoice}, seed ${seed}`);
      assert.deepEqual(result, { ...await caller.call('x', { ...options, stop }), timings: result.timings });
      assert.ok(whole.text.startsWith(result.text), `${toolChoice}, seed ${seed}`);
      assert.deepEqual(result.calls, whole.calls.slice(0, result.calls.length));
      for (const one of stop) assert.ok(!result.content.includes(one), `${toolChoice}, seed ${seed}: ${one} in ${result.content}`);
      if (toolChoice === 'required') assert.ok(result.calls.length > 0);
      if (toolChoice === 'none') {
        const places = stop.map((one) => whole.content.indexOf(one)).filter((at) => at >= 0);
        assert.equal(result.content, places.length === 0 ? whole.content : whole.content.slice(0, Math.min(...places)));
        if (places.length > 0) assert.equal(result.finishReason, 'stop');
        stopped += places.length > 0 ? 1 : 0;
      }
    }
  }
  assert.ok(stopped > 20, `${stopped} answers were stopped`);
});
