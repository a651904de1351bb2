// The output of a run: a JSON list, JSON lines, or standard output.

import type { OutputStream } from './environment.js';
import { LinesFile } from './lines-file.js';
import { LinesStream } from './lines-stream.js';
import { isLines, prepareOutput, STANDARD_STREAM } from './path.js';
import type { ResultSink } from './record.js';
import { ResultsFile } from './results-file.js';

/**
 * Opens the output without writing to it.
 *
 * @throws SurecallError `SURECALL_OUTPUT_FILE` where it cannot be written.
 */
export function openOutput(path: string, stdout: OutputStream): ResultSink {
  if (path === STANDARD_STREAM) return LinesStream.to(stdout);
  const output = prepareOutput(path);
  if (!isLines(path)) return new ResultsFile(output);
  return output.isStream ? LinesStream.open(output.target) : new LinesFile(output.target);
}
