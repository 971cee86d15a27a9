import { Duration, Token } from 'aws-cdk-lib';
import type { IAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/states/aws-call';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { assertStated } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import { refuseUnless } from './refuse-unless';
import { until } from './until';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of an Auto Scaling group that is stopped for the switch. */
export interface AutoScalingGroupWorkloadProps extends WorkloadProps {
  /** The group. */
  readonly autoScalingGroup: IAutoScalingGroup;

  /**
   * How many instances go on during the switch, 0 or more. A group that has fewer already keeps what it has.
   *
   * @default 0
   */
  readonly keepRunning?: number;

  /**
   * Leaves the instances as they are, and only keeps any from coming or going: no launch, no termination, no scaling.
   *
   * @default false
   */
  readonly suspendOnly?: boolean;
}

interface AutoScalingGroupFacts {
  readonly group: string;
  readonly arn: string;
  readonly keepRunning: number;
  readonly suspendOnly: boolean;
}

type States = KindStates<AutoScalingGroupFacts>;

/** Instances come and go within minutes, or something is wrong with them. */
const SETTLE_LIMIT = Duration.minutes(20);

/**
 * With half a KB for each of them, and the group's own settings, an answer is below 256 KiB.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 */
const MAX_INSTANCES = 400;

/** What would bring stopped instances back, and what would end kept ones. */
const PROCESSES = jsonata`
  ($facts.suspendOnly ? ['Launch', 'Terminate', 'HealthCheck', 'ReplaceUnhealthy', 'AZRebalance', 'AlarmNotification',
  'ScheduledActions', 'InstanceRefresh'] : ['AlarmNotification', 'ScheduledActions'])
`;

const KEPT = '$min([$recorded.desired, $facts.keepRunning])';

export function autoScalingGroup(props: AutoScalingGroupWorkloadProps): IWorkload {
  assertStated('AutoScalingGroupWorkloadProps', props, { autoScalingGroup: 'the group that is stopped' });
  const { autoScalingGroup: group, keepRunning = 0, suspendOnly = false } = props;
  const name = group.node.id;
  if (!Token.isUnresolved(keepRunning) && (!Number.isInteger(keepRunning) || keepRunning < 0)) {
    throw new ValidationError(
      `keepRunning of ${props.name ?? name}: got ${keepRunning}; accepted are whole numbers from 0. Leave it out to stop all instances.`,
    );
  }
  if (suspendOnly && props.keepRunning !== undefined) {
    throw new ValidationError(
      `keepRunning of ${props.name ?? name}: got ${keepRunning} with suspendOnly, which leaves all instances running. Leave one of the two out.`,
    );
  }
  return workloadOfKind(AUTO_SCALING_GROUP, name, props, {
    group: group.autoScalingGroupName,
    arn: group.autoScalingGroupArn,
    keepRunning,
    suspendOnly,
  });
}

/** Capacity down and up again, with the scaling suspended meanwhile, or it would undo that. */
const AUTO_SCALING_GROUP: WorkloadKind<AutoScalingGroupFacts> = {
  id: 'autoScalingGroup',
  name: 'Auto Scaling group',

  survey(states: States): IChainable {
    const { scope, prefix } = states;
    return inOrder(
      describe(states, prefix, { groups: '[$states.result.AutoScalingGroups]' }, false),
      refuseUnless(
        scope,
        `${prefix}: is it there?`,
        '$count($groups) = 1',
        `'There is no Auto Scaling group ' & $facts.group & '. Name another in workloads, or leave it out.'`,
      ),
      refuseUnless(
        scope,
        `${prefix}: is it small enough?`,
        `$groups[0].DesiredCapacity <= ${MAX_INSTANCES}`,
        jsonata`
          'The Auto Scaling group ' & $facts.group & ' has ' & $groups[0].DesiredCapacity
          & ' instances; up to ${MAX_INSTANCES} can be followed until they are gone. Stop what they run in another
          way, e.g. by a systemdUnit.'
        `,
      ),
      Pass.jsonata(scope, `${prefix}: found`, {
        outputs: expression(
          jsonata`
            {'min': $groups[0].MinSize, 'desired': $groups[0].DesiredCapacity,
            'suspended': [$groups[0].SuspendedProcesses.ProcessName]}
          `,
        ),
      }),
    );
  },

  quiesce(states: States): IChainable {
    const { scope, prefix } = states;
    const suspend = processes(states, `${prefix}: suspend its scaling`, 'SuspendProcesses', PROCESSES);
    const left = Pass.jsonata(scope, `${prefix}: its instances stay`, { outputs: {} });
    const shrink = inOrder(
      resize(states, `${prefix}: shrink`, `$min([$recorded.min, ${KEPT}])`, KEPT),
      instancesSettle(states, `${prefix}: wait until it has stopped`, `$count(Instances) > ${KEPT}`),
    );
    const choice = Choice.jsonata(scope, `${prefix}: are instances to go?`)
      .when(is('$facts.suspendOnly'), left)
      .otherwise(shrink);
    return inOrder(suspend, { id: choice.id, startState: choice, endStates: [left, ...shrink.endStates] });
  },

  resume(states: States): IChainable {
    const { scope, prefix } = states;
    const look = describe(states, `${prefix}: how is it now?`, {
      meanwhile: jsonata`
        ($now := $states.result.AutoScalingGroups[0].DesiredCapacity; $now in [$recorded.desired, ${KEPT}] ? {}
        : {'meanwhile': 'desired capacity was set to ' & $now & ' meanwhile; it is ' & $recorded.desired & ' again'})
      `,
      // An empty list of processes means all of them.
      ours: `[${PROCESSES}[$not($ in $recorded.suspended)]]`,
    });
    const grow = inOrder(
      resize(states, `${prefix}: grow back`, '$recorded.min', '$recorded.desired'),
      instancesSettle(
        states,
        `${prefix}: wait until it runs`,
        `$count(Instances[LifecycleState = 'InService']) < $recorded.desired`,
      ),
    );
    const unchanged = Pass.jsonata(scope, `${prefix}: its instances stayed`, { outputs: {} });
    const sized = Choice.jsonata(scope, `${prefix}: did instances go?`)
      .when(is('$facts.suspendOnly'), unchanged)
      .otherwise(grow);
    const done = Pass.jsonata(scope, `${prefix}: done`, { outputs: expression('$meanwhile') });
    const again = processes(states, `${prefix}: let it scale again`, 'ResumeProcesses', '$ours');
    again.next(done);
    const scaled = Choice.jsonata(scope, `${prefix}: did it scale before?`)
      .when(is('$count($ours) > 0'), again)
      .otherwise(done);
    const steps = inOrder(look, { id: sized.id, startState: sized, endStates: [unchanged, ...grow.endStates] }, scaled);
    return { id: steps.id, startState: steps.startState, endStates: [done] };
  },
};

/** Assigns JSONata over the answer. */
function describe({ scope }: States, name: string, assign: Readonly<Record<string, string>>, instances = true) {
  return awsCall(scope, name, {
    call: 'autoscaling:describeAutoScalingGroups',
    parameters: { AutoScalingGroupNames: [expression('$facts.group')], IncludeInstances: instances },
    iamAction: 'autoscaling:DescribeAutoScalingGroups',
    resources: ['*'],
    wildcard: 'DescribeAutoScalingGroups knows no resources.',
    assign: Object.fromEntries(Object.entries(assign).map(([variable, value]) => [variable, expression(value)])),
    outputs: {},
  });
}

function resize(states: States, name: string, min: string, desired: string) {
  return awsCall(states.scope, name, {
    ...touching(states),
    call: 'autoscaling:updateAutoScalingGroup',
    parameters: {
      AutoScalingGroupName: expression('$facts.group'),
      MinSize: expression(min),
      DesiredCapacity: expression(desired),
    },
    iamAction: 'autoscaling:UpdateAutoScalingGroup',
    outputs: {},
  });
}

function processes(states: States, name: string, action: 'SuspendProcesses' | 'ResumeProcesses', which: string) {
  return awsCall(states.scope, name, {
    ...touching(states),
    call: `autoscaling:${action.charAt(0).toLowerCase()}${action.slice(1)}`,
    parameters: { AutoScalingGroupName: expression('$facts.group'), ScalingProcesses: expression(which) },
    iamAction: `autoscaling:${action}`,
    outputs: {},
  });
}

const touching = ({ all }: States) => ({
  resources: all.map(({ arn }) => arn),
  wildcard: 'The ARN of a group holds an id that AWS alone knows; its name is in it as well.',
});

/** `waiting` is a condition on the group's description. */
function instancesSettle(states: States, name: string, waiting: string): IChainable {
  return until(states, name, {
    ask: (asking) => describe(states, asking, { moving: `$states.result.AutoScalingGroups[0].(${waiting})` }),
    waiting: '$moving',
    limit: SETTLE_LIMIT,
    tooLate: jsonata`
      'The instances of Auto Scaling group ' & $facts.group
      & ' did not reach their number within ${SETTLE_LIMIT.toHumanString()}. See the group\\u0027s activity.'
    `,
  });
}
