import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { readAlarms } from '../../cutover/alarms-check';
import { expression } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { CacheConsistency } from '../consistency';
import { type CacheSteps, FORTH } from './cache-steps';

/** Finds what would go wrong, while it is still day. */
export function preflight(steps: CacheSteps): Phase {
  const { scope, agent } = steps;
  const cold = steps.consistency === CacheConsistency.COLD;
  const ask = agent.task(scope, 'Look at both caches', {
    verb: 'redis.preflight',
    comment:
      'Versions, memory, eviction, TLS names, blocking commands, who is connected; with a remedy for each finding.',
    args: {
      ...FORTH,
      // A cold green may have been warmed by its users.
      targetIsOurs: cold ? true : expression('$lookup($journal.filled, $to.side) = true'),
    },
    timeout: Duration.minutes(15),
    assign: { found: expression('$states.result[0]'), unready: [] },
    outputs: { alarms: [] },
  });
  const errors = Fail.jsonata(scope, 'There are errors to mend first', {
    error: 'PreflightFailed',
    cause: expression(`$join($found.findings[severity = 'error'].(id & ': ' & message & ' ' & remedy), ' | ')`),
  });
  const unready = Fail.jsonata(scope, 'Some workloads cannot be stopped', {
    error: 'WorkloadsNotReady',
    cause: expression(`$join($unready, ' | ') & ' -- Nothing was stopped.'`),
  });
  const alarmed = Fail.jsonata(scope, 'An alarm is on already', {
    error: 'AlarmsOn',
    cause: expression(
      `'In ALARM already: ' & $join($states.input.alarms, ', ') & '. They would send users back at once: mend that first.'`,
    ),
  });
  const ready = Pass.jsonata(scope, 'Both caches are ready', { outputs: expression('$found') });
  const judge = Choice.jsonata(scope, 'Anything against it?')
    .when(is('$found.errors > 0'), errors)
    .when(is('$count($unready) > 0'), unready)
    .when(is('$count($states.input.alarms) > 0'), alarmed)
    .otherwise(ready);
  return {
    name: 'Preflight',
    purpose: 'Finds what would go wrong, with a remedy for each finding. Changes nothing.',
    role: 'preflight',
    forward: inOrder(
      ask,
      ...steps.workloads.preflight(),
      ...(steps.alarms.length > 0 ? [readAlarms(scope, 'Are all alarms quiet?', steps.alarms)] : []),
      judge,
    ),
  };
}
