import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { readAlarms } from '../../cutover/alarms-check';
import { expression, literal } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { type DatabaseSteps, FORTH } from './database-steps';
import { describeDatabase } from './rds-facts';
import { DIVERGED } from './replicate';

/** Finds what would go wrong, while it is still day. */
export function preflight(steps: DatabaseSteps): Phase {
  const { scope, agent, strategy, blue, green, alarms, workloads } = steps;
  const ask = agent.task(scope, 'Look at both databases', {
    verb: 'mysql.preflight',
    comment:
      'Leftover replication, binary log, engines of tables, keys, users, events, long transactions; with a remedy for each finding.',
    args: { ...FORTH, strategy: strategy._name, fromOnly: false },
    timeout: Duration.minutes(15),
    assign: { found: expression('$states.result[0]'), unready: [] },
    outputs: { alarms: [] },
  });
  return {
    name: 'Preflight',
    purpose: 'Finds what would go wrong, with a remedy for each finding. Changes nothing.',
    role: 'preflight',
    forward: inOrder(
      describeDatabase(scope, 'What does RDS say of blue?', blue, 'blueNow'),
      describeDatabase(scope, 'What does RDS say of green?', green, 'greenNow'),
      ask,
      ...workloads.preflight(),
      ...(alarms.length > 0 ? [readAlarms(scope, 'Are all alarms quiet?', alarms)] : []),
      judge(steps),
    ),
  };
}

function judge({ scope, strategy, blue }: DatabaseSteps): Choice {
  const busy = Fail.jsonata(scope, 'A database is not available', {
    error: 'NotAvailable',
    cause: expression(
      `'RDS says that blue is ' & $blueNow.status & ' and green is ' & $greenNow.status & '. Both must be available: wait until RDS has done what it is doing, or mend it.'`,
    ),
  });
  const stranger = Fail.jsonata(scope, 'Green is no replica of blue', {
    error: 'NotAReplica',
    cause: expression(
      `'Green replicates from ' & [$greenNow.source, 'nothing'][0] & '; needed is ' & ${literal(blue.databaseArn)} & '. Make the cluster with ReplicationSourceIdentifier set to that.'`,
    ),
  });
  const diverged = Fail.jsonata(scope, 'The other side went its own way', {
    error: 'Diverged',
    cause: expression(
      `$to.side & ' was left while it did not answer, and holds writes that the other side never got. Build it anew from ' & $from.side & ', and deploy the migration under a new migrationName.'`,
    ),
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
  const ready = Pass.jsonata(scope, 'Both databases are ready', { outputs: expression('$found') });
  const choice = Choice.jsonata(scope, 'Anything against it?')
    .when(is(`$blueNow.status != 'available' or $greenNow.status != 'available'`), busy)
    .when(is(`$lookup($journal.startAt, $to.side) = '${DIVERGED}'`), diverged);
  if (strategy._name === 'promoteReplica') {
    choice.when(
      is(
        `$to.side = 'green' and $not($journal.promoted = true) and $not($greenNow.source = ${literal(blue.databaseArn)})`,
      ),
      stranger,
    );
  }
  return choice
    .when(is('$found.errors > 0'), errors)
    .when(is('$count($unready) > 0'), unready)
    .when(is('$count($states.input.alarms) > 0'), alarmed)
    .otherwise(ready);
}
