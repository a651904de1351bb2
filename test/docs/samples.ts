// The samples of the documents: what is fenced in README.md and docs/, and what an HTML comment before the fence says of it.
//
//   <!-- file: NAME -->       saved under this name for the samples behind it
//   <!-- continues -->        goes on with the program before it
//   <!-- background -->       a command that runs until the page ends
//   <!-- not run: REASON -->  cannot run in a test
//
// A block of `text` is what the sample before it prints; `...` in it stands for anything.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { repositoryPath } from '../support/shared-data.js';

/** What a sample is written in. */
export type Language = 'ts' | 'sh' | 'json' | 'jsonl';

/** A fenced block that is a sample, or several that make one program. */
export interface Sample {
  /** The line of the page on which its code begins. */
  readonly line: number;
  readonly language: Language;
  readonly code: string;
  /** Where it is to be saved. */
  readonly file?: string;
  readonly isBackground: boolean;
  /** Why it is not run. */
  readonly notRun?: string;
  /** What it prints. */
  readonly output?: string;
}

/** A document with its samples, in their order. */
export interface Page {
  /** Its path in the repository. */
  readonly path: string;
  readonly samples: readonly Sample[];
}

/** README.md, CONTRIBUTING.md and every page of docs/. */
export function documentPaths(): string[] {
  const inDocs = readdirSync(repositoryPath('docs'), { recursive: true, encoding: 'utf8' }).map((name) => `docs/${name.replaceAll('\\', '/')}`);
  const all = ['README.md', 'CONTRIBUTING.md', ...inDocs.sort()];
  return all.filter((path) => path.endsWith('.md') && existsSync(repositoryPath(path)));
}

/** The samples of a page. Throws where a block has no language that can be tested, or is not fenced at all. */
export function readPage(path: string, text = readFileSync(repositoryPath(path), 'utf8')): Page {
  const samples: Sample[] = [];
  for (const block of fencedBlocks(path, text)) {
    const at = `${path}:${block.line}`;
    const last = samples.at(-1);
    if (block.language === 'text') {
      if (block.marker.notRun !== undefined) continue;
      if (last === undefined) throw new Error(`${at}: there is no sample before it that could print this`);
      samples[samples.length - 1] = { ...last, output: `${last.output ?? ''}${block.code}` };
    } else if (block.marker.continues) {
      if (last?.language !== block.language) throw new Error(`${at}: there is no sample before it to go on with`);
      samples[samples.length - 1] = { ...last, code: `${last.code}\n${block.code}` };
    } else if (isLanguage(block.language)) {
      const { line, code, language, marker: { file, isBackground, notRun } } = block;
      samples.push({ line, code, language, isBackground, ...(file !== undefined && { file }), ...(notRun !== undefined && { notRun }) });
    } else {
      throw new Error(`${at}: a block of ${JSON.stringify(block.language)} cannot be tested; there are ts, sh, json, jsonl and text`);
    }
  }
  return { path, samples };
}

function isLanguage(name: string): name is Language {
  return ['ts', 'sh', 'json', 'jsonl'].includes(name);
}

interface Marker {
  readonly file?: string;
  readonly continues: boolean;
  readonly isBackground: boolean;
  readonly notRun?: string;
}

interface Block {
  readonly line: number;
  readonly language: string;
  readonly code: string;
  readonly marker: Marker;
}

function fencedBlocks(path: string, text: string): Block[] {
  const blocks: Block[] = [];
  const lines = text.split('\n');
  let before = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, language] = /^```(.*)$/.exec(line) ?? [];
    if (language === undefined) {
      if (/^( {4}|\t)\S/.test(line) && (lines[at - 1] ?? '').trim() === '') throw new Error(`${path}:${at + 1}: fence this block, so that it can be tested`);
      if (line.trim() !== '') before = line;
      continue;
    }
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`${path}:${at + 1}: this block does not end`);
    blocks.push({ line: at + 2, language, code: `${lines.slice(at + 1, end).join('\n')}\n`, marker: readMarker(before, `${path}:${at + 1}`) });
    at = end;
    before = '';
  }
  return blocks;
}

/** The comment on the line before a fence, if there is one. */
function readMarker(line: string, at: string): Marker {
  const [, comment] = /^<!-- (.*) -->$/.exec(line.trim()) ?? [];
  const [, word = '', value] = /^([a-z ]+?)(?:: (.+))?$/.exec(comment ?? '') ?? [];
  const marker = { continues: word === 'continues', isBackground: word === 'background' };
  if (comment === undefined || marker.continues || marker.isBackground) return marker;
  if (word === 'file' && value !== undefined) return { ...marker, file: value };
  if (word === 'not run' && value !== undefined) return { ...marker, notRun: value };
  throw new Error(`${at}: <!-- ${comment} --> is not understood (test/docs/samples.ts says what is)`);
}

/** The texts that an expected output allows. */
export function outputPattern(output: string): RegExp {
  const parts = output.trim().split('...').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^]*?')}$`);
}
