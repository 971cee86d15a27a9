import { ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { CheckKind, CheckProps, CheckStates, ICheck } from '../check-kind';
import { checkOfKind } from '../check-of-kind';
import { eventsOfLooks, looks, looksBack } from '../looks';

/** Properties of a check that a canary of CloudWatch Synthetics makes. */
export interface CanaryCheckProps extends CheckProps {
  /**
   * The canary, of the migration's own account and Region, e.g. `canary.canaryName`. It must run by a schedule, or be one
   * that runs once when it is started (`Schedule.once()`): that one is started. The latest run that has begun since clients
   * left the other side must have PASSED.
   */
  readonly canaryName: string;
}

interface CanaryFacts {
  readonly canary: string;
}

const NAME = /^[0-9a-z_-]{1,255}$/;

export function canary(props: CanaryCheckProps): ICheck {
  assertStated('CanaryCheckProps', props, { canaryName: 'the name of the canary' });
  const { name, canaryName } = props;
  if (!Token.isUnresolved(canaryName) && !NAME.test(canaryName)) {
    throw new ValidationError(
      `canaryName of ${name}: got '${canaryName}'; accepted are the names of canaries: 1 to 255 lower-case letters, digits, '-' and '_'. Use canary.canaryName.`,
    );
  }
  return checkOfKind(props, { kind: CANARY, timeout: Duration.minutes(15), facts: { canary: canaryName } });
}

/** @see docs/aws-facts.md#synthetics-run-once */
const ONCE = '$contains($canary.schedule, /^rate\\(0 /)';

/** JSONata: the seconds between two runs; 0 where a cron expression says it. */
const EVERY = jsonata`
  ($rate := $match($canary.schedule, /^rate\\((\\d+) (minute|hour)s?\\)$/)[0].groups; $count($rate) = 2
  ? $number($rate[0]) * ($rate[1] = 'hour' ? 3600 : 60) : 0)
`;

/** JSONata: the latest run is one that counts, and has ended. */
const SEEN = `($run.began >= $runsFrom and $run.state != 'RUNNING')`;

const EVENTS_OF_A_LOOK = 9;

/**
 * A canary that runs by a schedule cannot be run at will: its next run is waited for. Beforehand and after a rollback its
 * latest run counts, whenever that was. Of a further try, a run counts that has begun since.
 */
const CANARY: CheckKind<CanaryFacts> = {
  id: 'canary',
  name: 'canary',
  mostEvents: (seconds) => eventsOfLooks(seconds, EVENTS_OF_A_LOOK),

  ask(states: CheckStates<CanaryFacts>): IChainable {
    const { scope, prefix } = states;
    const back = looksBack(states);
    const read = readCanary(states);
    const idle = Pass.jsonata(scope, `${prefix}: it does not run`, {
      outputs: expression(
        jsonata`
          {'passed': false, 'detail': 'the canary ' & $facts.canary & ' is ' & $canary.state
          & ' and does not run by its schedule, ' & $canary.schedule
          & ': start it, or mend what keeps it from running'}
        `,
      ),
    });
    const seldom = Pass.jsonata(scope, `${prefix}: it runs too seldom`, {
      outputs: expression(
        jsonata`
          {'passed': false, 'detail': 'the canary ' & $facts.canary & ' runs by ' & $canary.schedule
          & ', and the check waits for ' & $string($check.timeout)
          & ' s: no run need begin and end in that time. Give the check a longer timeout, or the canary
          Schedule.once()'}
        `,
      ),
    });
    const scheduled = Pass.jsonata(scope, `${prefix}: wait for its next run`, {
      assign: { runsFrom: expression(back ? '0' : '$checkTries = 1 ? $check.since : $millis()') },
      outputs: {},
    });
    const look = looks(states, {
      look: readLatestRun(states),
      over: SEEN,
      answer: `{
        'passed': ${SEEN} and $run.state = 'PASSED',
        'detail': ${SEEN}
        ? 'its run that began at ' & $fromMillis($run.began)
        & ($run.state = 'PASSED' ? ' passed' : ' failed: ' & $substring($run.reason, 0, 200))
        : $run.began >= $runsFrom
        ? 'its run that began at ' & $fromMillis($run.began) & ' has not ended within ' & $string($check.timeout) & ' s'
        : 'no run of ' & $facts.canary & ' has begun since ' & $fromMillis($runsFrom) & ', within '
        & $string($check.timeout) & ' s; its schedule is ' & $canary.schedule
        & ': give the check a longer timeout than that, or the canary Schedule.once()'
      }`,
      waits: true,
    });
    const start = startOnce(states, look);
    read.next(
      Choice.jsonata(scope, `${prefix}: how does it run?`)
        .when(is(ONCE), start)
        .when(is(`$not($canary.state in ['RUNNING', 'STARTING', 'UPDATING'])`), idle)
        .when(is(`${EVERY} > $check.timeout`), seldom)
        .otherwise(scheduled),
    );
    scheduled.next(look);
    return {
      id: read.id,
      startState: read,
      endStates: [...idle.endStates, ...seldom.endStates, ...look.endStates],
    };
  },
};

/** Assigns `canary`. */
function readCanary({ scope, prefix, all }: CheckStates<CanaryFacts>) {
  return awsCall(scope, `${prefix}: look at it`, {
    call: 'synthetics:getCanary',
    parameters: { Name: expression('$facts.canary') },
    iamAction: 'synthetics:GetCanary',
    resources: arnsOf(scope, all),
    assign: {
      canary: expression(
        jsonata`
          {'state': $states.result.Canary.Status.State, 'schedule': [$states.result.Canary.Schedule.Expression,
          'no schedule'][0]}
        `,
      ),
    },
    outputs: {},
  });
}

/**
 * Has it run. One that runs already, because somebody else has started it, or because an answer was lost, is looked at as it
 * is: its run counts if it began since.
 */
function startOnce({ scope, prefix, all }: CheckStates<CanaryFacts>, look: IChainable): IChainable {
  const from = Pass.jsonata(scope, `${prefix}: note when it is started`, {
    // Its clock is another one.
    assign: { runsFrom: expression('$millis() - 1000') },
    outputs: {},
  });
  const start = awsCall(scope, `${prefix}: run it`, {
    call: 'synthetics:startCanary',
    parameters: { Name: expression('$facts.canary') },
    iamAction: 'synthetics:StartCanary',
    resources: arnsOf(scope, all),
    final: ['Synthetics.ConflictException'],
    timeoutSeconds: '$check.timeout',
    outputs: {},
  });
  start.addCatch(look, { errors: ['Synthetics.ConflictException'], outputs: {} });
  inOrder(from, start, look);
  return from;
}

/**
 * Assigns `run`. GetCanaryRuns does not say which run comes first.
 *
 * @see docs/aws-facts.md#synthetics-last-run
 */
function readLatestRun({ scope, prefix, all }: CheckStates<CanaryFacts>): IChainable {
  return awsCall(scope, `${prefix}: look at its latest run`, {
    call: 'synthetics:describeCanariesLastRun',
    parameters: { Names: [expression('$facts.canary')] },
    iamAction: 'synthetics:DescribeCanariesLastRun',
    resources: ['*'],
    wildcard: 'It knows no resources; the condition names the canaries.',
    conditions: { 'ForAllValues:StringEquals': { 'synthetics:Names': namesOf(all) } },
    assign: {
      run: expression(
        jsonata`
          ($last := $states.result.CanariesLastRun[CanaryName = $facts.canary][0].LastRun;
          {'began': $exists($last.Timeline.Started) ? $toMillis($last.Timeline.Started) : -1,
          'state': [$last.Status.State, 'none'][0], 'reason': [$last.Status.StateReason, 'no reason is given'][0]})
        `,
      ),
    },
    outputs: {},
  });
}

const namesOf = (all: readonly CanaryFacts[]) => [...new Set(all.map((each) => each.canary))];

function arnsOf(scope: Construct, all: readonly CanaryFacts[]): string[] {
  return namesOf(all).map((resourceName) =>
    Stack.of(scope).formatArn({
      service: 'synthetics',
      resource: 'canary',
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}
