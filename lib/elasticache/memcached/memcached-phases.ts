import { Duration } from 'aws-cdk-lib';
import type { Parallel } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { FORTH, of } from '../../cutover/phases/sides';
import { withFindings } from '../../cutover/preflight/findings';
import { preflightOf } from '../../cutover/preflight/preflight';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import { cacheArn } from '../phases/cache-arn';
import type { ColdSteps } from '../phases/cold';
import { retireBlue } from '../phases/retire-blue';
import type { IMemcachedCluster } from './memcached';

/** Pools that renew their connections by age have done so by then; who is left will not leave by waiting. */
const LEAVE_SECONDS = 120;

/** JSONata: what is left on a side, where `$output` is what `memcached.left` says. */
const LEFT = jsonata`
  $output.connections > 0 ? ' ' & $output.connections & ' connections are still open to the side that clients left'
  & ($count($output.groups) > 0 ? ', from ' & $join($output.groups[[0..4]].address, ', ') : '')
  & ': restart those clients, which read and write there still.' : ''
`;

/** Finds what would go wrong, while it is still day. */
export function preflight(steps: ColdSteps): Phase {
  const { scope, agent, ingress, ingressComparison } = steps;
  const ask = agent.task(scope, 'Look at both clusters', {
    verb: 'memcached.preflight',
    comment: 'Versions, nodes, settings that refuse what clients do, memory, and who is connected; with a remedy each.',
    args: FORTH,
    timeout: Duration.minutes(5),
    assign: { found: expression(withFindings('$states.result[0]', ingressComparison.findings())), unready: [] },
    outputs: { alarms: [] },
  });
  return preflightOf(
    steps,
    inOrder(ingress.measure(scope, 'Read client ingress of blue', '$from'), ingressComparison.look(ingress), ask),
  );
}

/** Nobody can close a client's connection: who keeps one is told, and goes on reading and writing a side that is not served. */
export function leave(steps: ColdSteps): Phase {
  return {
    name: 'Evict',
    role: 'evict',
    purpose:
      'Waits until every client has left the old side, and names who has not: Memcached closes no client’s connection.',
    forward: waitUntilLeft(steps, 'Wait until every client has left the old side', '$from'),
    tells: LEFT,
  };
}

/** The same of the new side, when clients are sent back. */
export function leaveNewSide(steps: ColdSteps): Parallel {
  return waitUntilLeft(steps, 'Undo Switch: wait until the new side has no clients', '$to', {});
}

function waitUntilLeft({ scope, agent }: ColdSteps, name: string, side: '$from' | '$to', outputs?: object): Parallel {
  return agent.task(scope, name, {
    verb: 'memcached.left',
    args: { ...of(side), quietSeconds: 5, timeoutSeconds: LEAVE_SECONDS },
    timeout: Duration.seconds(LEAVE_SECONDS).plus(Duration.minutes(1)),
    ...(outputs !== undefined && { outputs }),
  });
}

/** There is nothing to keep of it. @see docs/aws-facts.md#elasticache-memcached-snapshots */
export function retire(steps: ColdSteps, { cacheClusterId }: IMemcachedCluster): Phase {
  const purpose = 'Deletes blue: there are no snapshots of Memcached. There is no rollback after this.';
  const name = 'Delete blue';
  if (cacheClusterId === undefined) return retireBlue(steps, { purpose, name, deletable: undefined });
  const parameters = { CacheClusterId: cacheClusterId };
  const resources = [cacheArn(steps.scope, 'cluster', cacheClusterId)];
  return retireBlue(steps, {
    purpose,
    name,
    deletable: {
      id: cacheClusterId,
      describe: {
        call: 'elasticache:describeCacheClusters',
        parameters,
        iamAction: 'elasticache:DescribeCacheClusters',
        resources,
        status: '$states.result.CacheClusters[0].CacheClusterStatus',
      },
      remove: {
        call: 'elasticache:deleteCacheCluster',
        parameters,
        iamAction: 'elasticache:DeleteCacheCluster',
        resources,
      },
    },
  });
}
