import { Duration } from 'aws-cdk-lib';
import type { Phase } from '../../cutover/machine/phase';
import { FORTH } from '../../cutover/phases/sides';
import { withFindings } from '../../cutover/preflight/findings';
import { preflightOf } from '../../cutover/preflight/preflight';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { CacheConsistency } from '../migration/consistency';
import type { CacheSteps } from './cache-steps';

/** Finds what would go wrong, while it is still day. */
export function preflight(steps: CacheSteps): Phase {
  const { scope, agent, ingress, ingressComparison } = steps;
  const cold = steps.consistency === CacheConsistency.COLD;
  const ask = agent.task(scope, 'Inspect both caches', {
    verb: 'redis.preflight',
    comment:
      'Versions, memory, eviction, TLS names, blocking commands, who is connected; with a remedy for each finding.',
    args: {
      ...FORTH,
      // A cold green may have been warmed by its clients.
      targetIsOurs: cold ? true : expression('$lookup($journal.filled, $to.side) = true'),
    },
    timeout: Duration.minutes(15),
    assign: { found: expression(withFindings('$states.result[0]', ingressComparison.findings())), unready: [] },
    outputs: { alarms: [] },
  });
  const measure = ingress.measure(
    scope,
    cold ? 'Read client ingress of blue' : 'Read client ingress of the active side',
    '$from',
  );
  const look = inOrder(measure, ingressComparison.look(ingress), ask);
  return preflightOf(steps, look, cold ? [] : [ingress.tooManyRules(scope)]);
}
