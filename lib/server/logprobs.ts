// The steps of decoding as OpenAI's log probabilities. They are among the tokens that the mask allowed: what was determined has 0.

import type { TraceStep, TraceToken } from '../caller/result.js';
import type { ServedModel } from './served-model.js';

interface Spelled {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[];
}

/** One token of the text. */
export interface TokenLogprob extends Spelled {
  readonly top_logprobs: readonly Spelled[];
}

export interface Logprobs {
  readonly content: readonly TokenLogprob[];
  readonly refusal: null;
}

/** The tokens of some steps, each with `top` alternatives. */
export function logprobsOf(steps: readonly TraceStep[] | undefined, top: number, vocabulary: ServedModel['vocabulary']): TokenLogprob[] {
  const spelled = ({ id, text }: TraceToken, logprob: number): Spelled => ({ token: text, logprob, bytes: [...vocabulary.bytes(id)] });
  return (steps ?? []).flatMap(({ kind, tokens, logprob = 0, alternatives = [] }) =>
    tokens.map((token, i): TokenLogprob => {
      // Tokens behind the one that was chosen followed from it.
      const isChosen = kind === 'choice' && i === 0;
      const own = spelled(token, isChosen ? logprob : 0);
      const others = isChosen ? alternatives.slice(0, top).map((one) => spelled(one, one.logprob)) : [own].slice(0, top);
      return { ...own, top_logprobs: others };
    }),
  );
}
