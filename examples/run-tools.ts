import { defineTool, loadModel } from 'surecall';
import { z } from 'zod';

const weather = defineTool({
  name: 'weather',
  description: 'Get the weather of a city.',
  parameters: z.object({ city: z.string(), unit: z.enum(['celsius', 'fahrenheit']).default('celsius') }),
  execute: async ({ city, unit }) => ({ city, unit, degrees: unit === 'celsius' ? 21 : 70 }),
});

const model = await loadModel();
const { text, calls, finishReason, messages } = await model.caller([weather]).run('What is the weather in Paris?', {
  maxRounds: 3, // answers of the model; also maxCalls, concurrency, toolTimeoutMs, onToolError, onEvent, signal
});
for (const { call, result, error } of calls) console.log(call.id, call.arguments.city, result ?? error);
console.log(finishReason, text, messages.length); // go on with [...messages, { role: 'user', content: ... }]
await model.dispose();
