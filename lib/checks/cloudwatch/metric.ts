import { Duration } from 'aws-cdk-lib';
import type { ComparisonOperator, IMetric, MetricStatConfig } from 'aws-cdk-lib/aws-cloudwatch';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { refuseElsewhere } from '../../cutover/validations/elsewhere';
import { oneMetric } from '../../cutover/validations/one-metric';
import { assertStated } from '../../cutover/validations/stated';
import type { CheckKind, CheckProps, CheckStates, ICheck } from '../check-kind';
import { checkOfKind } from '../check-of-kind';
import { eventsOfLooks, looks, looksBack } from '../looks';
import { secondsOf } from '../validation';
import { checkWithin } from '../within';

/** Properties of a check that compares a metric. */
export interface MetricCheckProps extends CheckProps {
  /** One metric of the migration's own account and Region, without a math or a search expression. */
  readonly metric: IMetric;

  /**
   * How the latest whole period must compare with `threshold`: greater or less, or equal besides. A period counts once it
   * has begun and ended since clients left the other side.
   */
  readonly comparison: ComparisonOperator;

  /** What it is compared with. */
  readonly threshold: number;

  /**
   * How long it may take until a period compares so, two periods at least. Beforehand, on blue, and after a rollback: how
   * far back the latest one may be.
   */
  readonly within: Duration;

  /**
   * Whether it has passed where no period has any data, e.g. because a metric of errors is not published without them.
   *
   * @default false
   */
  readonly missingPasses?: boolean;
}

interface MetricFacts {
  readonly query: object;
  readonly name: string;
  readonly periodMs: number;
  readonly withinMs: number;
  readonly comparison: string;
  readonly threshold: number;
  readonly missingPasses: boolean;
}

/** JSONata by comparison; `$value` is the metric's. */
const HOLDS = `(
  $facts.comparison = 'GreaterThanThreshold' ? $value > $facts.threshold
  : $facts.comparison = 'GreaterThanOrEqualToThreshold' ? $value >= $facts.threshold
  : $facts.comparison = 'LessThanThreshold' ? $value < $facts.threshold
  : $value <= $facts.threshold
)`;

/** The newest comes first; a page of some makes sure that it is there. */
const POINTS_OF_A_PAGE = 100;

export function metric(props: MetricCheckProps): ICheck {
  assertStated('MetricCheckProps', props, {
    metric: 'the metric',
    comparison: 'how it is compared, e.g. ComparisonOperator.GREATER_THAN_THRESHOLD',
    threshold: 'what it is compared with',
    within: 'how long that may take to hold',
  });
  const { name, comparison, threshold, within, missingPasses = false } = props;
  const stat = oneMetric(name, props, {
    ofExpression: 'Make an alarm of the expression, and list it in alarms.',
    ofBand: "What is out of an anomaly's band is told by an alarm: list it in alarms.",
  });
  const { period } = stat;
  checkWithin(props, within, period.isUnresolved() ? undefined : Duration.seconds(2 * secondsOf(period)));
  return checkOfKind(props, {
    kind: METRIC,
    timeout: within,
    facts: (scope: Construct) => {
      refuseElsewhere(scope, `metric of ${name}`, stat, 'Use Check.stateMachine for it.');
      return {
        query: queryOf(stat),
        name: `${stat.namespace}/${stat.metricName} (${stat.statistic})`,
        periodMs: secondsOf(period) * 1000,
        withinMs: secondsOf(within) * 1000,
        comparison,
        threshold,
        missingPasses,
      };
    },
  });
}

/** As GetMetricData takes it, in the spelling of the SDK for Java. */
function queryOf({ namespace, metricName, dimensions = [], period, statistic, unitFilter }: MetricStatConfig): object {
  return {
    Id: 'asked',
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metricName,
        Dimensions: dimensions.map(({ name, value }) => ({ Name: name, Value: value })),
      },
      Period: secondsOf(period),
      Stat: statistic,
      ...(unitFilter !== undefined && { Unit: unitFilter }),
    },
  };
}

const EVENTS_OF_A_LOOK = 13;

const METRIC: CheckKind<MetricFacts> = {
  id: 'metric',
  name: 'metric',
  mostEvents: (seconds) => eventsOfLooks(seconds, EVENTS_OF_A_LOOK),

  ask(states: CheckStates<MetricFacts>): IChainable {
    const back = looksBack(states);
    return looks(states, {
      look: readLatest(states, back ? '$checkBegun - $facts.withinMs' : '$check.since'),
      over: `($count($points) > 0 and ($value := $points[0].value; ${HOLDS}))`,
      answer: `(
        $none := $count($points) = 0;
        $value := $none ? 0 : $points[0].value;
        $holds := ${HOLDS};
        {
          'passed': $none ? $facts.missingPasses : $holds,
          'detail': $facts.name & ($none
          ? ' has no data' & ($trouble = '' ? '' : ' (' & $trouble & ')')
          & ($facts.missingPasses ? ', which passes' : ', in no whole period since ' & $fromMillis($pointsFrom))
          : ' was ' & $string($value) & ' in the period from ' & $points[0].at
          & ($holds ? '' : ', expected ' & $facts.comparison & ' ' & $string($facts.threshold)))
        }
      )`,
      waits: !back,
    });
  },
};

/**
 * Assigns `points`, of which the first is the latest, `pointsFrom` and `trouble`. Of the periods that have begun and ended
 * since: one that goes on, or in which clients were on the other side, says something else.
 *
 * @param since JSONata: milliseconds
 * @see docs/aws-facts.md#cloudwatch-metric-data
 */
function readLatest({ scope, prefix }: CheckStates<MetricFacts>, since: string): IChainable {
  const range = Pass.jsonata(scope, `${prefix}: which periods are over?`, {
    assign: {
      pointsFrom: expression(`$ceil((${since}) / $facts.periodMs) * $facts.periodMs`),
      pointsTo: expression('$floor($millis() / $facts.periodMs) * $facts.periodMs'),
      points: [],
      trouble: expression(`''`),
    },
    outputs: {},
  });
  const read = awsCall(scope, `${prefix}: read the metric`, {
    call: 'cloudwatch:getMetricData',
    parameters: {
      MetricDataQueries: expression('[$facts.query]'),
      StartTime: expression('$fromMillis($pointsFrom)'),
      EndTime: expression('$fromMillis($pointsTo)'),
      ScanBy: 'TimestampDescending',
      MaxDatapoints: POINTS_OF_A_PAGE,
    },
    iamAction: 'cloudwatch:GetMetricData',
    resources: ['*'],
    wildcard: 'Metrics have no ARNs.',
    assign: {
      points: expression(
        jsonata`
          ($found := $states.result.MetricDataResults[0]; $count($found.Values) = 0 ? []
          : [{'value': $found.Values[0], 'at': $found.Timestamps[0]}])
        `,
      ),
      trouble: expression(
        jsonata`
          ($said := $states.result.MetricDataResults[0].StatusCode; $said in ['Forbidden', 'InternalError'] ? $said
          : '')
        `,
      ),
    },
    outputs: {},
  });
  const none = Pass.jsonata(scope, `${prefix}: none is over yet`, { outputs: {} });
  const any = Choice.jsonata(scope, `${prefix}: is any over?`)
    .when(is('$pointsTo > $pointsFrom'), read)
    .otherwise(none);
  range.next(any);
  return { id: range.id, startState: range, endStates: [...read.endStates, ...none.endStates] };
}
