// Records what the conformance suites come to at present: `npm run ratchet:update [-- SUITE ...]`.

import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const suites = process.argv.slice(2);
const files = readdirSync(here).filter((name) => name.endsWith('.test.ts') && (suites.length === 0 || suites.includes(name.replace('.test.ts', ''))));
const args = ['--import', 'tsx', '--test', ...files.sort().map((name) => join(here, name))];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, RATCHET_UPDATE: '1' } });
process.exitCode = status ?? 1;
