import { setTimeout as sleep } from 'node:timers/promises';
import type { Observed } from '../night/observed';

export interface Observation {
  readonly verdict: 'confirmed' | 'refuted' | 'not observed';
  /** What AWS did, or why nothing was seen. */
  readonly what: string;
}

/** How a night can see one fact of docs/aws-facts.md. */
export interface Probe {
  /** Its name there. */
  readonly fact: string;
  observe(night: Observed): Promise<Observation> | Observation;
}

export const confirmed = (what: string): Observation => ({ verdict: 'confirmed', what });
export const refuted = (what: string): Observation => ({ verdict: 'refuted', what });
export const unseen = (what: string): Observation => ({ verdict: 'not observed', what });

/** The name of what a call was refused with; undefined where it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<string | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

/** Milliseconds until it is so; undefined where that never came. */
export async function timeUntil({ pace }: Observed, isSo: () => Promise<boolean>): Promise<number | undefined> {
  const startedAt = Date.now();
  while (Date.now() - startedAt < pace.patienceMs) {
    if (await isSo()) return Date.now() - startedAt;
    await sleep(Math.min(pace.pollMs, 1_000));
  }
  return undefined;
}
