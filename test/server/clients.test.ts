// The server as the libraries see it that people use: OpenAI's own, Vercel's AI SDK, LangChain. On the bundled model, which knows
// the tools, and on the tiny one with random weights, whose answers mean nothing and must be valid all the same.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { tool as langChainTool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { generateObject, generateText, stepCountIs, streamText, tool } from 'ai';
import OpenAI, { APIError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import { z } from 'zod';
import type { Model } from '../../lib/index.js';
import { nanoModel, randomModel } from '../support/models.js';
import { fakeModel, forever, QUESTION, REVERSE, serve, type TestServer } from '../support/server.js';

const ADD = {
  type: 'function',
  function: {
    name: 'fn_add_numbers',
    description: 'Add two numbers together and return their sum.',
    parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a', 'b'], additionalProperties: false },
  },
} as const;
const TOOLS = [ADD, REVERSE] as const;
const PERSON = z.object({ name: z.string().max(8), age: z.int().min(0).max(150), tags: z.array(z.enum(['a', 'b'])).max(3) });
const ARGUMENTS: Readonly<Record<string, z.ZodType>> = {
  fn_add_numbers: z.strictObject({ a: z.number(), b: z.number() }),
  fn_reverse_string: z.strictObject({ s: z.string() }),
};

/** The arguments of a call, valid for its tool. */
function checked(name: string, args: unknown): unknown {
  const schema = ARGUMENTS[name];
  assert.ok(schema !== undefined, `a call of ${name}`);
  return schema.parse(args);
}

for (const [kind, load] of [['the bundled model', nanoModel], ['random weights', randomModel]] as const) {
  describe(kind, () => {
    let model: Model;
    let server: TestServer;
    let baseURL: string;
    before(async () => {
      model = await load();
      server = await serve(model, { name: 'model', apiKey: 'sesame' });
      baseURL = `${server.url}/v1`;
    });
    after(async () => {
      await server.close();
      await model.dispose();
      assert.deepEqual(server.errors, []);
    });
    const isTrained = kind === 'the bundled model';
    const openai = (): OpenAI => new OpenAI({ baseURL, apiKey: 'sesame', maxRetries: 0 });
    const vercel = () => createOpenAICompatible({ name: 'surecall', baseURL, apiKey: 'sesame', supportsStructuredOutputs: true, includeUsage: true })('model');
    const langChain = (more = {}) => new ChatOpenAI({ model: 'model', apiKey: 'sesame', maxTokens: 200, maxRetries: 0, configuration: { baseURL }, ...more });

    test('openai: a call, and the conversation that follows it', async () => {
      const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'What is the sum of 40 and 2?' }];
      const { choices: [choice], usage } = await openai().chat.completions.create({ model: 'model', messages, tools: [...TOOLS], tool_choice: 'required', parallel_tool_calls: false, max_tokens: 200 });
      const [call] = choice?.message.tool_calls ?? [];
      assert.ok(choice !== undefined && call?.type === 'function');
      const args = checked(call.function.name, JSON.parse(call.function.arguments));
      if (isTrained) assert.deepEqual([call.function.name, args, choice.finish_reason], ['fn_add_numbers', { a: 40, b: 2 }, 'tool_calls']);
      assert.ok(usage !== undefined && usage.total_tokens === usage.prompt_tokens + usage.completion_tokens);
      const { choices: [next] } = await openai().chat.completions.create({
        model: 'model', tools: [...TOOLS], max_tokens: 60,
        messages: [...messages, choice.message, { role: 'tool', tool_call_id: call.id, content: '42' }],
      });
      assert.ok(typeof next?.message.content === 'string' || next?.message.tool_calls?.length);
    });

    test('openai: a stream is the same answer in pieces', async () => {
      const body: OpenAI.ChatCompletionCreateParamsNonStreaming = { model: 'model', messages: [...QUESTION], tools: [...TOOLS], tool_choice: { type: 'function', function: { name: 'fn_reverse_string' } }, max_tokens: 120, seed: 1 };
      const whole = await openai().chat.completions.create(body);
      const runner = openai().chat.completions.stream({ ...body, stream: true, stream_options: { include_usage: true } });
      const streamed = await runner.finalChatCompletion();
      const shape = ({ choices: [choice], usage }: OpenAI.ChatCompletion) => [choice?.finish_reason, choice?.message.content ?? '', choice?.message.tool_calls?.map((call) => call.type === 'function' && [call.function.name, JSON.parse(call.function.arguments)]), usage?.completion_tokens];
      // Random weights make ties, which rounding decides: two answers to one question may differ.
      if (isTrained) assert.deepEqual(shape(streamed), shape(whole));
      for (const { choices: [choice] } of [streamed, whole]) {
        assert.equal(choice?.finish_reason, 'tool_calls');
        for (const call of choice?.message.tool_calls ?? []) assert.ok(call.type === 'function' && checked(call.function.name, JSON.parse(call.function.arguments)));
      }
      let chunks = 0;
      let reason: string | null = null;
      for await (const { choices: [choice] } of await openai().chat.completions.create({ ...body, stream: true })) {
        chunks++;
        reason = choice?.finish_reason ?? reason;
      }
      assert.ok(chunks >= 4);
      assert.equal(reason, 'tool_calls');
    });

    test('openai: text, by pieces, by seed, up to a stop string', async () => {
      const body = { model: 'model', messages: [{ role: 'user' as const, content: 'Hello' }], max_tokens: 30, temperature: 1 };
      const content = async (more: object): Promise<string> => (await openai().chat.completions.create({ ...body, ...more })).choices[0]?.message.content ?? '';
      const first = await content({ seed: 7 });
      if (isTrained) assert.equal(await content({ seed: 7 }), first);
      let streamed = '';
      for await (const { choices: [choice] } of await openai().chat.completions.create({ ...body, seed: 7, stream: true })) streamed += choice?.delta.content ?? '';
      assert.ok(streamed.length > 0);
      if (isTrained) {
        assert.equal(streamed, first);
        const stop = first.slice(2, 4);
        assert.equal(await content({ seed: 7, stop: [stop] }), first.slice(0, first.indexOf(stop)));
      }
    });

    test('openai: objects by a schema', async () => {
      const completion = await openai().chat.completions.parse({ model: 'model', messages: [{ role: 'user', content: 'Who?' }], response_format: zodResponseFormat(PERSON, 'person'), max_tokens: 200 });
      PERSON.parse(completion.choices[0]?.message.parsed);
      const anything = await openai().chat.completions.create({ model: 'model', messages: [{ role: 'user', content: 'Who?' }], response_format: { type: 'json_object' }, max_tokens: 60 });
      assert.equal(typeof JSON.parse(anything.choices[0]?.message.content ?? ''), 'object');
    });

    test('openai: log probabilities of what was said', async () => {
      const body = { model: 'model', messages: [{ role: 'user' as const, content: 'Hello' }], max_tokens: 12, logprobs: true, top_logprobs: 3 };
      const { choices: [choice], usage } = await openai().chat.completions.create(body);
      const tokens = choice?.logprobs?.content ?? [];
      assert.equal(Buffer.from(tokens.flatMap(({ bytes }) => bytes ?? [])).toString(), choice?.message.content);
      assert.ok(tokens.length > 0 && tokens.length <= (usage?.completion_tokens ?? 0));
      for (const { logprob, token, top_logprobs: top } of tokens) {
        assert.ok(logprob <= 0 && top.length >= 1 && top.length <= 3);
        assert.ok(top.every((one, i) => one.logprob <= (top[i - 1]?.logprob ?? 0)));
        assert.equal(top[0]?.token, token);
      }
      const streamed: unknown[] = [];
      for await (const chunk of await openai().chat.completions.create({ ...body, stream: true })) streamed.push(...(chunk.choices[0]?.logprobs?.content ?? []));
      assert.deepEqual(streamed, tokens);
    });

    test('openai: errors are of its classes, models are listed', async () => {
      const create = (more: object) => openai().chat.completions.create({ model: 'model', messages: [...QUESTION], ...more });
      await assert.rejects(create({ model: 'gpt' }), (error) => error instanceof NotFoundError && error.code === 'model_not_found' && error.param === 'model');
      await assert.rejects(create({ n: 3 }), (error) => error instanceof BadRequestError && error.param === 'n');
      await assert.rejects(create({ tools: [{ type: 'function', function: { name: 'x', parameters: { type: 'object', properties: { a: { type: 'strin' } } } } }], stream: true }),
        (error) => error instanceof BadRequestError && error.param === 'tools[0].function.parameters.properties.a.type');
      await assert.rejects(new OpenAI({ baseURL, apiKey: 'wrong' }).models.list(), (error) => error instanceof APIError && error.status === 401);
      assert.deepEqual((await openai().models.list()).data.map(({ id }) => id), ['model']);
      assert.equal((await openai().models.retrieve('model')).id, 'model');
    });

    test('AI SDK: generateText calls tools and goes on', async () => {
      const inputs: unknown[] = [];
      const { steps } = await generateText({
        model: vercel(),
        prompt: 'Reverse the string \'hello\'',
        tools: {
          fn_reverse_string: tool({
            description: REVERSE.function.description,
            inputSchema: z.strictObject({ s: z.string() }),
            execute: ({ s }) => { inputs.push(s); return [...s].reverse().join(''); },
          }),
        },
        toolChoice: 'required',
        maxOutputTokens: 120,
        stopWhen: stepCountIs(2),
        maxRetries: 0,
      });
      assert.equal(steps.length, 2);
      assert.equal(steps[0]?.toolCalls[0]?.toolName, 'fn_reverse_string');
      if (isTrained) assert.equal(inputs[0], 'hello');
      assert.ok((steps[0]?.usage.totalTokens ?? 0) > 0);
    });

    test('AI SDK: streamText gives calls and text as they come', async () => {
      const result = streamText({
        model: vercel(),
        prompt: 'Reverse the string \'hello\'',
        tools: { fn_reverse_string: tool({ description: REVERSE.function.description, inputSchema: z.strictObject({ s: z.string() }) }) },
        toolChoice: { type: 'tool', toolName: 'fn_reverse_string' },
        maxOutputTokens: 120,
        maxRetries: 0,
      });
      const kinds = new Set<string>();
      let args = '';
      for await (const part of result.fullStream) {
        assert.notEqual(part.type, 'error', JSON.stringify(part));
        kinds.add(part.type);
        if (part.type === 'tool-input-delta') args += part.delta;
      }
      assert.ok(kinds.has('tool-input-start') && kinds.has('tool-call') && kinds.has('finish'), [...kinds].join());
      const [call] = await result.toolCalls;
      assert.deepEqual(JSON.parse(args), checked('fn_reverse_string', call?.input));

      let text = '';
      const plain = streamText({ model: vercel(), prompt: 'Hello', maxOutputTokens: 20, maxRetries: 0 });
      for await (const delta of plain.textStream) text += delta;
      assert.equal(text, await plain.text);
      assert.ok(((await plain.usage).outputTokens ?? 0) > 0);
    });

    test('AI SDK: generateObject', async () => {
      const { object } = await generateObject({ model: vercel(), prompt: 'Who?', schema: PERSON, maxOutputTokens: 200, maxRetries: 0 });
      PERSON.parse(object);
    });

    test('LangChain: bound tools, invoked, streamed, answered', async () => {
      const reverse = langChainTool(({ s }: { s: string }) => [...s].reverse().join(''), { name: 'fn_reverse_string', description: REVERSE.function.description, schema: z.strictObject({ s: z.string() }) });
      const bound = langChain().bindTools([reverse], { tool_choice: 'required' });
      const question = new HumanMessage('Reverse the string \'hello\'');
      const answer = await bound.invoke([question]);
      const [call] = answer.tool_calls ?? [];
      assert.ok(call?.id !== undefined);
      checked(call.name, call.args);
      if (isTrained) assert.deepEqual(call.args, { s: 'hello' });
      assert.ok((answer.usage_metadata?.total_tokens ?? 0) > 0);

      const result = await reverse.invoke(call);
      assert.ok(result instanceof ToolMessage);
      const next = await langChain({ maxTokens: 30 }).invoke([question, answer, result]);
      assert.equal(typeof next.content, 'string');

      const stream = await bound.stream([question]);
      let gathered: Awaited<ReturnType<typeof bound.invoke>> | undefined;
      for await (const chunk of stream) gathered = gathered === undefined ? chunk : gathered.concat(chunk);
      const [streamed] = gathered?.tool_calls ?? [];
      assert.equal(gathered?.tool_call_chunks?.length, gathered?.tool_calls?.length);
      checked(streamed?.name ?? '', streamed?.args);
      if (isTrained) assert.deepEqual(streamed?.args, call.args);
    });

    test('LangChain: structured output', async () => {
      PERSON.parse(await langChain().withStructuredOutput(PERSON, { name: 'person', method: 'jsonSchema' }).invoke('Who?'));
      PERSON.parse(await langChain().withStructuredOutput(PERSON, { name: 'person', method: 'functionCalling' }).invoke('Who?'));
    });
  });
}

test('openai: a client that aborts frees its slot, and one that is refused may try again', async () => {
  const model = fakeModel(async function* (signal) { await forever(signal); }, 1);
  const server = await serve(model, { limits: { queue: 0, shutdownMs: 10 } });
  const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
  const leave = new AbortController();
  const body = { model: 'fake', messages: [...QUESTION] };
  const first = client.chat.completions.create(body, { signal: leave.signal }).catch((error: unknown) => error);
  while (model.running === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await assert.rejects(client.chat.completions.create(body), (error) => error instanceof RateLimitError && error.headers.get('retry-after') === '1');
  leave.abort();
  assert.ok((await first) instanceof OpenAI.APIUserAbortError);
  while (model.running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await server.close();
});
