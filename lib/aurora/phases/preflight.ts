import { Duration } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { readAlarms } from '../../cutover/alarms-check';
import { expression, literal } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import type { Workloads } from '../../cutover/workloads';
import { type DatabaseSteps, FORTH } from './database-steps';
import { describeDatabase } from './rds-facts';
import { DIVERGED } from './replicate';

/** Finds what would go wrong, while it is still day. */
export function preflight(steps: DatabaseSteps): Phase {
  const { scope, agent, strategy, blue, green } = steps;
  const ask = agent.task(scope, 'Look at both databases', {
    verb: 'mysql.preflight',
    comment:
      'Leftover replication, binary log, engines of tables, keys, users, events, long transactions; with a remedy for each finding.',
    args: { ...FORTH, strategy: strategy._name, fromOnly: false },
    timeout: Duration.minutes(15),
    assign: { found: expression('$states.result[0]'), unready: [] },
    outputs: { alarms: [] },
  });
  const look = inOrder(
    describeDatabase(scope, 'What does RDS say of blue?', blue, 'blueNow'),
    describeDatabase(scope, 'What does RDS say of green?', green, 'greenNow'),
    ask,
  );
  return preflightOf(steps, look, [
    [`$blueNow.status != 'available' or $greenNow.status != 'available'`, notAvailable(scope)],
    [`$lookup($journal.startAt, $to.side) = '${DIVERGED}'`, diverged(scope)],
    ...(strategy._name === 'promoteReplica' ? [stranger(steps)] : []),
  ]);
}

/** What is against it, as JSONata, and how that is said. */
export type Objection = readonly [string, Fail];

export interface PreflightSteps {
  readonly scope: Construct;
  readonly alarms: readonly IAlarm[];
  readonly workloads: Workloads;
}

/** `look` assigns `$found`, what the agent found, and `$unready`, and outputs `{"alarms": []}`. */
export function preflightOf(
  { scope, alarms, workloads }: PreflightSteps,
  look: IChainable,
  objections: readonly Objection[],
): Phase {
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
  const judge = Choice.jsonata(scope, 'Anything against it?');
  for (const [condition, fail] of objections) judge.when(is(condition), fail);
  judge
    .when(is('$found.errors > 0'), errors)
    .when(is('$count($unready) > 0'), unready)
    .when(is('$count($states.input.alarms) > 0'), alarmed)
    .otherwise(Pass.jsonata(scope, 'All is ready for it', { outputs: expression('$found') }));
  return {
    name: 'Preflight',
    purpose: 'Finds what would go wrong, with a remedy for each finding. Changes nothing.',
    role: 'preflight',
    forward: inOrder(
      look,
      ...workloads.preflight(),
      ...(alarms.length > 0 ? [readAlarms(scope, 'Are all alarms quiet?', alarms)] : []),
      judge,
    ),
  };
}

function notAvailable(scope: Construct): Fail {
  return Fail.jsonata(scope, 'A database is not available', {
    error: 'NotAvailable',
    cause: expression(
      `'RDS says that blue is ' & $blueNow.status & ' and green is ' & $greenNow.status & '. Both must be available: wait until RDS has done what it is doing, or mend it.'`,
    ),
  });
}

function diverged(scope: Construct): Fail {
  return Fail.jsonata(scope, 'The other side went its own way', {
    error: 'Diverged',
    cause: expression(
      `$to.side & ' was left while it did not answer, and holds writes that the other side never got. Build it anew from ' & $from.side & ', and deploy the migration under a new migrationName.'`,
    ),
  });
}

function stranger({ scope, blue }: DatabaseSteps): Objection {
  const source = literal(blue.databaseArn);
  return [
    `$to.side = 'green' and $not($journal.promoted = true) and $not($greenNow.source = ${source})`,
    Fail.jsonata(scope, 'Green is no replica of blue', {
      error: 'NotAReplica',
      cause: expression(
        `'Green replicates from ' & [$greenNow.source, 'nothing'][0] & '; needed is ' & ${source} & '. Make the cluster with ReplicationSourceIdentifier set to that.'`,
      ),
    }),
  ];
}
