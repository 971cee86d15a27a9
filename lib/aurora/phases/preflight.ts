import { Duration } from 'aws-cdk-lib';
import { Chain, Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Phase } from '../../cutover/machine/phase';
import { FORTH } from '../../cutover/phases/sides';
import { withFindings } from '../../cutover/preflight/findings';
import { type Objection, preflightOf } from '../../cutover/preflight/preflight';
import { expression, literal } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import { beginning, knownBeginning } from './beginning';
import { describeChain, narrowPlaces, objectionsTo } from './converting-facts';
import type { DatabaseSteps } from './database-steps';
import { leftBehind, lookAtDependents } from './left-behind';
import { describeDatabase } from './rds-facts';
import { lookAtReaderTargets, readerFindings } from './reader-targets';
import { DIVERGED } from './replicate';

/** Finds what would go wrong, while it is still day. */
export function preflight(steps: DatabaseSteps): Phase {
  const { scope, strategy, blue, green, converting, ingress, ingressComparison } = steps;
  const asRdsSays = inOrder(
    describeDatabase(scope, 'Describe blue in RDS', blue, 'blueNow'),
    describeDatabase(scope, 'Describe green in RDS', green, 'greenNow'),
    ...(converting === undefined ? [] : [describeChainIfNeeded(steps, converting)]),
    lookAtDependents(steps),
    ...lookAtReaderTargets(steps),
    ingress.measure(scope, 'Read client ingress of the active side', '$from'),
    ingressComparison.look(ingress),
  );
  const objections: Objection[] = [
    ...(converting === undefined ? [] : objectionsTo(scope, 'Preflight', converting)).map(
      ([condition, fail]): Objection => [`$exists($middle.id) and (${condition})`, fail],
    ),
    [`$blueNow.status != 'available' or $greenNow.status != 'available'`, notAvailable(scope)],
    [`$lookup($journal.startAt, $to.side) = '${DIVERGED}'`, diverged(scope)],
    ingress.tooManyRules(scope),
  ];
  if (strategy._name === 'promoteReplica') {
    return preflightOf(steps, inOrder(asRdsSays, ask(steps)), [...objections, stranger(steps)]);
  }
  const look = inOrder(asRdsSays, beginning(steps), ask(steps, { begin: expression('$begin') }));
  return {
    ...preflightOf(steps, look, objections),
    ...knownBeginning(steps),
    done: `{'begin': $states.result[0].begin}`,
  };
}

/** Green that was promoted, and a rollback, have nothing to do with it any more. */
function describeChainIfNeeded({ scope }: DatabaseSteps, converting: ConvertingReplica): IChainable {
  const describe = describeChain(scope, 'Preflight', converting);
  const none = Pass.jsonata(scope, 'No replication through the converting replica', {
    assign: { middle: {}, origin: {}, above: {} },
    outputs: {},
  });
  const choice = Choice.jsonata(scope, 'Does green replicate through the converting replica?')
    .when(is(`$to.side = 'green' and $not($journal.promoted = true)`), describe.startState)
    .otherwise(none);
  return Chain.custom(choice, [...describe.endStates, none], none);
}

/** @param more from where green is to follow: part of what is found */
function ask(steps: DatabaseSteps, more: { begin?: string } = {}): IChainable {
  const { scope, agent, strategy } = steps;
  const found = withFindings('$states.result[0]', [
    ...leftBehind(steps),
    ...(steps.converting === undefined ? [] : narrowPlaces()),
    ...readerFindings(steps),
    ...steps.ingressComparison.findings(),
  ]);
  return agent.task(scope, 'Inspect both databases', {
    verb: 'mysql.preflight',
    comment:
      'Leftover replication, binary log, engines of tables, keys, users, events, long transactions; with a remedy for each finding.',
    args: { ...FORTH, strategy: strategy._name, fromOnly: false, ...more },
    timeout: Duration.minutes(15),
    assign: {
      found: expression(more.begin === undefined ? found : `$merge([${found}, {'begin': $begin}])`),
      unready: [],
    },
    outputs: { alarms: [] },
  });
}

function notAvailable(scope: Construct): Fail {
  return Fail.jsonata(scope, 'A database is not available', {
    error: 'NotAvailable',
    cause: expression(
      jsonata`
        'RDS says that blue is ' & $blueNow.status & ' and green is ' & $greenNow.status
        & '. Both must be available: wait until RDS has done what it is doing, or mend it.'
      `,
    ),
  });
}

function diverged(scope: Construct): Fail {
  return Fail.jsonata(scope, 'The sides have diverged', {
    error: 'Diverged',
    cause: expression(
      jsonata`
        $to.side & ' was left while it did not answer, and holds writes that the other side never got. Rebuild it
        from ' & $from.side & ', and deploy the migration under a new migrationName.'
      `,
    ),
  });
}

function stranger({ scope, blue, converting }: DatabaseSteps): Objection {
  const source = literal((converting ?? blue).databaseArn);
  return [
    `$to.side = 'green' and $not($journal.promoted = true) and $not($greenNow.source = ${source})`,
    Fail.jsonata(scope, `Green is no replica of ${converting === undefined ? 'blue' : 'the converting replica'}`, {
      error: 'NotAReplica',
      cause: expression(
        jsonata`
          'Green replicates from ' & [$greenNow.source, 'nothing'][0] & '; needed is ' & ${source}
          & '. Make the cluster with ReplicationSourceIdentifier set to that.'
        `,
      ),
    }),
  ];
}
