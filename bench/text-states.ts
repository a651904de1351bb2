// Cold masks inside strings with patterns and formats: `node --import tsx bench/text-states.ts`. Each template is compiled
// afresh; the slowest of the masks at each token of an example counts, for a decoder waits for every one of them.

import { Vocabulary } from '../lib/mask.js';
import { ProgramBuilder, type TextValueOptions } from '../lib/program/builder.js';
import { compilePattern } from '../lib/schema/pattern.js';
import { stringFormat } from '../lib/schema/string-formats.js';

const root = new URL('../', import.meta.url);
const vocabulary = Vocabulary.fromGguf(new URL('vendor/llama.cpp/models/ggml-vocab-qwen2.gguf', root).pathname);

const PATTERNS: readonly (readonly [pattern: string, example: string])[] = [
  ['', 'Hello world, it is'], ['.', 'Hello world'], ['^.*$', 'Hello world, it is'], ['^.{1,100}$', 'Hello world'], ['^[^\\n]*$', 'Hello world'], ['^(?!\\s*$).+', 'Hello world'], ['\\S', 'Hello world'],
  ['^\\S+$', 'Hello/world'], ['^[^/]+$', 'Hello world'], ['^[^\\s,;]+$', 'Hello_world'], ['^[a-zA-Z0-9_-]+$', 'hello_world-12'], ['^[a-z]+$', 'helloworld'], ['^[A-Za-z]+$', 'HelloWorld'],
  ['^[A-Za-z0-9 ]{1,40}$', 'Hello world 12'], ['^[a-zA-Z_][a-zA-Z0-9_]*$', 'hello_world12'], ['^\\d+$', '123456'], ['^\\d{4}-\\d{2}$', '2026-11'], ['^#[0-9a-fA-F]{6}$', '#12ab34'], ['^[0-9a-f]{40}$', '12ab34cd'],
  ['^[A-Z]{3}$', 'EUR'], ['^[a-z0-9]+(-[a-z0-9]+)*$', 'hello-world'], ['^v?\\d+\\.\\d+\\.\\d+$', 'v1.20.3'], ['^https?://', 'https://example.com/a b'], ['^/', '/some/path'], ['^[\\w.-]+@[\\w.-]+$', 'some.one@example.com'],
  ['^([a-z]+/)*[a-z]+$', 'some/path'], ['^\\w+$', 'some_word'], ['^[!-~]+$', 'some~thing!'], ['^[ -~]*$', 'some thing else'], ['^arn:aws:[a-z0-9]+:.*$', 'arn:aws:s3:::bucket'], ['^\\p{L}+$', 'wort'], ['^[^<>]*$', 'Hello world'],
];
const FORMATS: Readonly<Record<string, string>> = {
  uri: 'https://example.com/path?q=1#frag', email: 'some.one@example.com', 'date-time': '2026-11-21T10:20:30Z', date: '2026-11-21', time: '10:20:30Z', uuid: '123e4567-e89b-12d3-a456-426614174000', ipv4: '192.168.1.12',
  ipv6: '2001:db8::1', hostname: 'www.example.com', 'uri-reference': '/path/to?q=1', duration: 'P3DT4H',
};

const into = new Uint32Array(Math.ceil(vocabulary.size / 32));
const rows: [name: string, compile: number, first: number, slowest: number, sum: number][] = [];

function measure(name: string, options: TextValueOptions, example: string): void {
  const runs: number[][] = [];
  for (let run = 0; run < 9; run++) {
    const builder = new ProgramBuilder();
    const start = process.hrtime.bigint();
    const quote = builder.text('"');
    const template = vocabulary.compileProgram(builder.finish(builder.sequence(quote, builder.textValue(options), quote)));
    const compiled = Number(process.hrtime.bigint() - start);
    const matcher = template.matcher();
    matcher.acceptBytes('"');
    const masks: number[] = [];
    for (const token of vocabulary.tokenize(example)) {
      const begin = process.hrtime.bigint();
      matcher.mask(into);
      masks.push(Number(process.hrtime.bigint() - begin));
      if (!matcher.acceptToken(token)) throw new Error(`${name}: ${example} is refused`);
    }
    runs.push([compiled, masks[0] as number, Math.max(...masks), masks.reduce((a, b) => a + b)]);
  }
  const median = (column: number) => runs.map((run) => run[column] as number).sort((a, b) => a - b)[4] as number;
  rows.push([name, median(0), median(1), median(2), median(3)]);
}

for (const [pattern, example] of PATTERNS) measure(`/${pattern}/`, pattern === '' ? {} : compilePattern(pattern), example);
for (const [name, example] of Object.entries(FORMATS)) {
  const format = stringFormat(name);
  if (format !== undefined) measure(name, format, example);
}
console.log('| text | compile, us | first mask, us | slowest mask, us | all masks of the example, us |\n|---|---:|---:|---:|---:|');
for (const [name, ...values] of rows.sort((a, b) => b[3] - a[3])) console.log(`| ${name} | ${values.map((ns) => (ns / 1e3).toFixed(0)).join(' | ')} |`);
