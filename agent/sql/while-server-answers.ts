import { setTimeout as sleep } from 'node:timers/promises';
import { AgentError } from '../errors';

export interface Looks {
  /** Most statements are over by then, and nobody needs to be asked. */
  readonly firstMs: number;
  readonly betweenMs: number;
}

/** A hung server lets a look wait for 5 s: it is given up after some 30 s. */
const LOOKS: Looks = { firstMs: 5_000, betweenMs: 3_000 };
/** A busy server may be late once, or twice. */
const MAX_MISSED = 3;

/**
 * Waits for a statement for as long as the server answers others meanwhile. One that hangs says nothing and keeps its
 * connections: a statement that may take an hour would be waited for that long.
 *
 * @param place `green (host:port)`
 * @param answers whether the server lets somebody in, or says why not; it settles within seconds
 */
export async function whileServerAnswers<T>(
  place: string,
  statement: Promise<T>,
  answers: () => Promise<boolean>,
  looks: Looks = LOOKS,
): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([statement, silence(place, answers, looks, over.signal)]);
  } finally {
    over.abort();
  }
}

async function silence(
  place: string,
  answers: () => Promise<boolean>,
  { firstMs, betweenMs }: Looks,
  over: AbortSignal,
): Promise<never> {
  const began = performance.now();
  for (let [missed, pauseMs] = [0, firstMs]; !over.aborted; pauseMs = betweenMs) {
    await sleep(pauseMs, undefined, { signal: over }).catch(() => undefined);
    if (over.aborted) break;
    missed = (await answers()) ? 0 : missed + 1;
    if (missed === MAX_MISSED) throw hangs(place, performance.now() - began);
  }
  return new Promise<never>(() => undefined);
}

function hangs(place: string, milliseconds: number): AgentError {
  return new AgentError(
    'Agent.Unreachable',
    `${place} hangs: a statement has been waiting for ${Math.round(milliseconds / 1000)} s, and ${MAX_MISSED} new connections in a row were not answered. ` +
      'See in RDS whether its instance is up, restart it if it stays so, and repeat.',
  );
}
