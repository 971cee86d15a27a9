import { Chain, Choice, Fail, type IChainable, Pass, type TaskStateBase } from 'aws-cdk-lib/aws-stepfunctions';
import type { Phase } from '../../cutover/machine/phase';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { DatabaseSteps } from './database-steps';
import { EVENTS_KEPT, NO_MARKER } from './events';

/** RDS writes it when the engine of a clone or of a restored cluster first starts: the place in blue's log that its copy has. */
const EVENT = 'Binlog position from crash recovery is ';

/** JSONata: green has never followed, but for an attempt that came to nothing. */
const IS_TO_BEGIN = `$to.side = 'green' and $not($exists($journal.startAt.green))`;

/**
 * Assigns `$begin`: from where in blue's binary log green is to follow, `null` where it has begun. It is looked up each
 * time, for green may have been created again.
 */
export function beginning(steps: DatabaseSteps): IChainable {
  const { scope } = steps;
  const none = Pass.jsonata(scope, 'Green has begun already', { assign: { begin: null }, outputs: {} });
  const known = steps.begin === undefined ? reported(steps) : stated(steps);
  const choice = Choice.jsonata(scope, 'Is green still to begin to follow?')
    .when(is(IS_TO_BEGIN), known)
    .otherwise(none);
  return Chain.custom(choice, [...known.endStates, none], choice);
}

/** Variables that `beginning` reads. */
export function knownBeginning({ begin }: DatabaseSteps): Pick<Phase, 'knows' | 'standIns'> {
  return begin === undefined ? {} : { knows: { stated: begin }, standIns: { binlogPosition: 'stated' } };
}

function stated({ scope }: DatabaseSteps): Pass {
  return Pass.jsonata(scope, 'Begin where the app says', { assign: { begin: expression('$stated') }, outputs: {} });
}

/**
 * The first of these events since green was made, over all instances. A later one, after a crash or an upgrade in place,
 * tells a place in green's own log; an earlier one is of another cluster that had these names. They are not always in
 * order, and which instance came first is not known.
 */
function reported(steps: DatabaseSteps): IChainable {
  const { scope } = steps;
  const ask = instancesOfGreen(steps);
  const read = readEvents(steps);
  const note = Pass.jsonata(scope, 'Note where green is to begin', {
    assign: {
      begin: expression(
        jsonata`
          ($first := $sort($recoveries[at >= $made], function($one, $other) { $one.at > $other.at })[0]; $words
          := $split($first.said, ' '); $exists($first) and $made > $millis() - ${EVENTS_KEPT.toMilliseconds()}
          ? {'file': $words[-2], 'position': $number($words[-1])} : null)
        `,
      ),
    },
    outputs: {},
  });
  const said = Pass.jsonata(scope, 'RDS says where green is to begin', { outputs: {} });
  const judge = Choice.jsonata(scope, 'Does RDS say where green is to begin?')
    .when(is('$begin = null'), unsaid(steps))
    .otherwise(said);
  const more = Choice.jsonata(scope, 'Are there events still to be read?')
    .when(is('$asked < $count($instances)'), read)
    .otherwise(note);
  ask.next(more);
  read.next(more);
  note.next(judge);
  return Chain.custom(ask, [said], said);
}

function unsaid({ scope }: DatabaseSteps): Fail {
  return Fail.jsonata(scope, 'RDS does not say where green is to begin', {
    error: 'NoBinlogPosition',
    cause: expression(
      jsonata`
        'Green was made ' & $fromMillis($made) & ', and RDS has no event "${EVENT}…" of its instances ('
        & $join($instances, ', ') & ') since. It keeps events for ${EVENTS_KEPT.toDays()} days, and writes this one
        for a clone or a restored cluster that has a binary log. State binlogFile and binlogPosition from the error
        log of its first start, or make green again.'
      `,
    ),
  });
}

function instancesOfGreen({ scope, green }: DatabaseSteps): TaskStateBase {
  return awsCall(scope, 'Which instances has green?', {
    call: 'rds:describeDBClusters',
    parameters: { DbClusterIdentifier: green.clusterIdentifier },
    iamAction: 'rds:DescribeDBClusters',
    resources: [green.databaseArn],
    assign: {
      instances: expression('[$states.result.DbClusters[0].DbClusterMembers.DbInstanceIdentifier]'),
      made: expression('$toMillis($states.result.DbClusters[0].ClusterCreateTime)'),
      recoveries: [],
      asked: 0,
      marker: NO_MARKER,
    },
    outputs: {},
  });
}

/** A page of one instance's events. */
function readEvents({ scope }: DatabaseSteps): TaskStateBase {
  return awsCall(scope, 'Read the events of an instance of green', {
    call: 'rds:describeEvents',
    parameters: {},
    parametersFrom: jsonata`
      $merge([{'SourceType': 'db-instance', 'SourceIdentifier': $instances[$asked],
      'Duration': ${EVENTS_KEPT.toMinutes()}, 'MaxRecords': 100}, $marker = '${NO_MARKER}' ? {}
      : {'Marker': $marker}])
    `,
    iamAction: 'rds:DescribeEvents',
    resources: ['*'],
    wildcard: 'DescribeEvents knows no instances as resources.',
    assign: {
      recoveries: expression(
        jsonata`
          [$append($recoveries, $states.result.Events[$contains(Message, '${EVENT}')].{'at': $toMillis(Date),
          'said': Message})]
        `,
      ),
      asked: expression('$exists($states.result.Marker) ? $asked : $asked + 1'),
      marker: expression(`[$states.result.Marker, '${NO_MARKER}'][0]`),
    },
    outputs: {},
  });
}
