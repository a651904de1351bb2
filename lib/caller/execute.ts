// Carrying out one call: the tool's own function, on arguments that are valid, within its time.

import { describeError, SurecallError } from '../errors.js';
import type { DefinedTool, StandardIssue, Tool } from '../tools/index.js';
import type { ToolCall } from './result.js';

/** What came of a call. */
export type Outcome =
  /** `text` is what the model is told. */
  | { readonly result: unknown; readonly text: string; readonly error?: undefined }
  | { readonly error: SurecallError; readonly text: string };

/** True where calls of a tool can be carried out. */
export function isExecutable(tool: Tool | undefined): tool is DefinedTool & { execute: NonNullable<DefinedTool['execute']> } {
  return (tool as DefinedTool | undefined)?.execute !== undefined;
}

/**
 * Carries out a call. What goes wrong - invalid arguments, an exception, no result in time, a result that is no JSON - is an
 * outcome.
 *
 * @param timeoutMs the most time that the function may take
 * @throws SurecallError `SURECALL_ABORTED` when `signal` says so, at once, whatever the function does.
 */
export async function execute(tool: DefinedTool, call: ToolCall, timeoutMs: number, signal: AbortSignal): Promise<Outcome> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(failure(call, `gave no result in ${timeoutMs} ms`)), timeoutMs);
  const either = AbortSignal.any([signal, late.signal]);
  try {
    const result = await Promise.race([carryOut(tool, call, either), rejection(either)]);
    return { result, text: textOf(result, call) };
  } catch (cause) {
    if (signal.aborted) throw new SurecallError('SURECALL_ABORTED', 'the run was aborted', { cause: signal.reason });
    const error = cause instanceof SurecallError && cause.code === 'SURECALL_TOOL_FAILED' ? cause : failure(call, describeError(cause).message, cause);
    // The reason alone: the model knows which tool it called.
    return { error, text: JSON.stringify({ error: String(error.details?.['reason']) }) };
  } finally {
    clearTimeout(timer);
  }
}

async function carryOut(tool: DefinedTool, call: ToolCall, signal: AbortSignal): Promise<unknown> {
  const violations = call.violations ?? [];
  if (violations.length > 0) throw failure(call, `the arguments are not valid: ${violations.join('; ')}`);
  const args = await parsed(tool, call);
  signal.throwIfAborted();
  return tool.execute?.(args, { id: call.id, signal });
}

/** What the tool's Standard Schema makes of the arguments. It may refuse more than the mask could. */
async function parsed({ schema }: DefinedTool, call: ToolCall): Promise<Record<string, unknown>> {
  if (schema === undefined) return call.arguments;
  const { issues, ...rest } = await schema['~standard'].validate(call.arguments);
  if (issues === undefined) return (rest as { readonly value: Record<string, unknown> }).value;
  throw failure(call, `the arguments are not valid: ${issues.map(describeIssue).join('; ')}`);
}

function describeIssue({ message, path = [] }: StandardIssue): string {
  const steps = path.map((step) => String(typeof step === 'object' ? step.key : step));
  return steps.length === 0 ? message : `${steps.join('.')}: ${message}`;
}

function textOf(result: unknown, call: ToolCall): string {
  if (typeof result === 'string') return result;
  try {
    // A function that returns nothing has done what it was asked.
    return JSON.stringify(result ?? null);
  } catch (cause) {
    throw failure(call, `its result is no JSON: ${describeError(cause).message}`, cause);
  }
}

function failure({ id, name }: ToolCall, reason: string, cause?: unknown): SurecallError {
  return new SurecallError('SURECALL_TOOL_FAILED', `${name} (${id}): ${reason}`, { details: { tool: name, id, reason }, cause });
}

/** Rejects when the signal is aborted. */
function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}
