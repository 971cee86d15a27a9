import { CacheConsistency } from '../../../lib';
import type { ExecutionResult } from '../../../rehearsal/states-language';
import type { Cloud, ObservedState } from '../cloud';

/** What is not as it must be after an execution, or after the recovery that took up the rest; nothing if all is well. */
export function problemsOf(
  cloud: Cloud,
  before: ObservedState,
  { output, cause }: Pick<ExecutionResult, 'output' | 'cause'>,
  consistency: CacheConsistency,
): string[] {
  const { weights, ingress, lock, phase = 'settled', ...rest } = cloud.observe();
  const serving = weights.green === 0 ? 'blue' : 'green';
  const journal = JSON.parse(cloud.parameter('journal') ?? '{"ingress":{}}');
  const left = serving === 'blue' ? 'green' : 'blue';
  const isRevoked = ingress[left].length === 0 && journal.ingress[left]?.revoked === true;
  const revokesBlue = serving === 'green' && consistency !== CacheConsistency.COLD;
  const said = JSON.stringify({ output, cause });
  const is = (text: string, ok: boolean) => (ok ? [] : [text]);
  return [
    ...cloud.broken,
    ...is(`weights ${JSON.stringify(weights)}`, weights.blue + weights.green === 100 && weights[left] === 0),
    ...is(
      `client ingress of ${serving}, which serves, is not as it was`,
      same(ingress[serving], before.ingress[serving]),
    ),
    ...is(
      `client ingress of ${left} is neither as it was nor revoked`,
      isRevoked || same(ingress[left], before.ingress[left]),
    ),
    ...is('client ingress of blue, which clients have left, is not revoked', !revokesBlue || isRevoked),
    ...is(`the lock is held by ${lock}`, lock === undefined),
    ...is(`the journal is at ${phase}`, phase === 'settled'),
    ...is(`not put back: ${JSON.stringify(rest)}`, same(rest, withoutPlaces(before))),
    ...is(`${serving} serves, and it says ${said}`, said.includes(serving) || said.includes('Nothing was changed')),
  ];
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function withoutPlaces({ weights, ingress, lock, phase, ...rest }: ObservedState): object {
  return rest;
}
