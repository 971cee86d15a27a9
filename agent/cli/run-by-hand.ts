import { AgentError } from '../errors';
import { withoutArguments } from '../log';
import { printable } from '../printable';
import type { Report } from '../verb';
import { progressLine } from './progress-line';
import { resultTables } from './result-table';

/** What a shell script can tell apart. */
export const exitCodes = {
  failed: 1,
  misused: 2,
  /** The verb ran to its end, and what it found is not well: errors of a preflight, differences of a comparison, a check. */
  foundTrouble: 3,
} as const;

/** The figures of results that are 0 when all is well. */
const troubles: ReadonlySet<string> = new Set(['errors', 'mismatches', 'differences']);

/** For a verb that is told to stop to put back what it has begun. */
const LAST_WORD_MS = 1_000;

/**
 * Runs something for a person: progress and errors to standard error, the result to standard output. Gives the exit code.
 * Once interrupted, it waits for no server: what it leaves open goes with the process.
 */
export async function runByHand(json: boolean, execute: (report: Report) => Promise<unknown>): Promise<number> {
  const interrupt = new AbortController();
  const interrupted = () => interrupt.abort(new AgentError('Agent.Stopped', 'Interrupted.'));
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const progress = progressLine(process.stderr);
  try {
    const report = { signal: interrupt.signal, progress: progress.show };
    const result = await Promise.race([execute(report), givenUp(interrupt.signal)]).finally(progress.end);
    const text = json ? JSON.stringify(result, null, 2) : resultTables(result, process.stdout.columns ?? 120);
    process.stdout.write(`${text}\n`);
    return foundTrouble(result) ? exitCodes.foundTrouble : 0;
  } catch (error) {
    const reason = interrupt.signal.aborted ? interrupt.signal.reason : error;
    process.stderr.write(`${describe(reason, json)}\n`);
    return error instanceof AgentError && error.name === 'Agent.BadRequest' ? exitCodes.misused : exitCodes.failed;
  } finally {
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  }
}

/** Rows that nobody compared may differ. */
function holdsRows(notCovered: object): boolean {
  return 'holdsRows' in notCovered;
}

/** Rejects some time after the signal. */
function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const later = () => setTimeout(() => reject(signal.reason), LAST_WORD_MS);
    signal.addEventListener('abort', later, { once: true });
  });
}

function foundTrouble(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false;
  return Object.entries(result).some(
    ([name, value]) =>
      (troubles.has(name) && value !== 0) ||
      (name === 'passed' && value === false) ||
      (name === 'notCovered' && value.some(holdsRows)),
  );
}

/** As a failed task would say it: `error` and `cause`. */
function describe(error: unknown, json: boolean): string {
  const name = error instanceof AgentError ? error.name : 'Agent.Failed';
  const cause = withoutArguments(error instanceof Error ? error.message : String(error));
  return json ? JSON.stringify({ error: name, cause }) : `${name}: ${printable(cause)}`;
}
