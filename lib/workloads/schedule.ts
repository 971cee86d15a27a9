import { Stack } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { ISchedule, IScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { type IChainable, Map as MapState, Pass, ProvideItems } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/states/aws-call';
import { everyPage } from '../cutover/states/every-page';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { jsonata } from '../cutover/states/jsonata';
import { assertStated } from '../cutover/validations/stated';
import { refuseUnless } from './refuse-unless';
import { type ScheduleAccess, setState } from './schedule-state';
import { settingKind } from './setting-workload';
import { takesEffect } from './takes-effect';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of an EventBridge Scheduler schedule that is disabled for the switch. */
export interface ScheduleWorkloadProps extends WorkloadProps {
  /**
   * The schedule. It is quiet a minute after it was disabled; what it has started runs on, and is a workload of its own with
   * this one in its `after`.
   */
  readonly schedule: ISchedule;

  /** The role that its target is invoked with: anyone who updates a schedule must be allowed to pass it again. */
  readonly role: IRole;
}

/** Properties of a group of EventBridge Scheduler schedules, which are disabled for the switch. */
export interface ScheduleGroupWorkloadProps extends WorkloadProps {
  /** The group. Up to 50 of its schedules may be enabled. */
  readonly scheduleGroup: IScheduleGroup;

  /** The roles that the targets are invoked with: anyone who updates a schedule must be allowed to pass its role again. */
  readonly roles: IRole[];
}

/** An imported schedule does not know its group; its ARN does: `…:schedule/GROUP/NAME`. */
interface ScheduleFacts {
  readonly arn: string;
  readonly role: string;
}

const NAME = `$split($facts.arn, '/')[2]`;
const GROUP = `$split($facts.arn, '/')[1]`;

interface ScheduleGroupFacts {
  readonly group: string;
  readonly roles: readonly string[];
}

/** Their names are kept in the journal, whose parameters take 8 KB. */
const MAX_IN_A_GROUP = 50;

export function schedule(props: ScheduleWorkloadProps): IWorkload {
  assertStated('ScheduleWorkloadProps', props, {
    schedule: 'the schedule that is disabled',
    role: 'the role that it starts its target with',
  });
  const { schedule: each, role } = props;
  return workloadOfKind(SCHEDULE, each.node.id, props, {
    arn: each.scheduleArn,
    role: role.roleArn,
  });
}

export function scheduleGroup(props: ScheduleGroupWorkloadProps): IWorkload {
  assertStated('ScheduleGroupWorkloadProps', props, {
    scheduleGroup: 'the group of schedules',
    roles: 'the roles that they start their targets with',
  });
  const { scheduleGroup: group, roles } = props;
  return workloadOfKind(SCHEDULE_GROUP, group.node.id, props, {
    group: group.scheduleGroupName,
    roles: roles.map((role) => role.roleArn),
  });
}

const ofOne = ({ scope, all }: KindStates<ScheduleFacts>): ScheduleAccess => ({
  scope,
  name: NAME,
  group: GROUP,
  variable: 'schedule',
  arns: all.map(({ arn }) => arn),
  roles: all.map(({ role }) => role),
});

const SCHEDULE = settingKind<ScheduleFacts>({
  id: 'schedule',
  name: 'schedule',
  read: ({ scope, all }, name, reading) =>
    awsCall(scope, name, {
      call: 'scheduler:getSchedule',
      parameters: { Name: expression(NAME), GroupName: expression(GROUP) },
      iamAction: 'scheduler:GetSchedule',
      resources: all.map(({ arn }) => arn),
      ...reading,
    }),
  value: () => `{'state': $states.result.State}`,
  stopped: `{'state': 'DISABLED'}`,
  stop: (states, name) => setState(ofOne(states), `${name}: disable`, `'DISABLED'`),
  quiet: ({ scope }, name) => takesEffect(scope, name),
  restore: (states, name) => setState(ofOne(states), `${name}: set as it was`, '$recorded.state'),
});

const ofMany = (states: KindStates<ScheduleGroupFacts>): ScheduleAccess => ({
  scope: states.scope,
  name: '$states.input',
  group: '$facts.group',
  variable: 'member',
  arns: schedulesOf(states),
  wildcard: 'The schedules of a group are found when they are disabled.',
  roles: states.all.flatMap(({ roles }) => roles),
});

/** All schedules of the group that are enabled now, and no others afterwards. */
const SCHEDULE_GROUP: WorkloadKind<ScheduleGroupFacts> = {
  id: 'scheduleGroup',
  name: 'schedule group',

  survey(states) {
    const { scope, prefix } = states;
    const list = everyPage(scope, prefix, {
      call: 'scheduler:listSchedules',
      // A page of some hundred that has none which is enabled may still have a next one.
      parameters: `{'GroupName': $facts.group, 'State': 'ENABLED', 'MaxResults': 100}`,
      into: 'names',
      kept: '[$append($names, $states.result.Schedules.Name)]',
      enough: `$count($names) > ${MAX_IN_A_GROUP}`,
      iamAction: 'scheduler:ListSchedules',
      resources: ['*'],
      wildcard: 'ListSchedules knows no resources.',
    });
    return inOrder(
      list,
      refuseUnless(
        scope,
        `${prefix}: do they fit?`,
        `$count($names) <= ${MAX_IN_A_GROUP}`,
        jsonata`
          'More than ${MAX_IN_A_GROUP} schedules of the group ' & $facts.group
          & ' are enabled; the journal keeps no more names. List its schedules one by one instead.'
        `,
      ),
      Pass.jsonata(scope, `${prefix}: found`, { outputs: { enabled: expression('$names') } }),
    );
  },

  quiesce(states) {
    const { scope, prefix } = states;
    return inOrder(
      each(states, `${prefix}: disable each`, `'DISABLED'`),
      takesEffect(scope, `${prefix}: wait for its runs`),
    );
  },

  resume(states) {
    return each(states, `${states.prefix}: enable each`, `'ENABLED'`);
  },
};

function each(states: KindStates<ScheduleGroupFacts>, name: string, state: string): IChainable {
  return MapState.jsonata(states.scope, name, {
    items: ProvideItems.jsonata(expression('[$recorded.enabled]')),
    outputs: {},
  }).itemProcessor(setState(ofMany(states), name, state));
}

function schedulesOf({ scope, all }: KindStates<ScheduleGroupFacts>): string[] {
  return all.map(({ group }) =>
    Stack.of(scope).formatArn({ service: 'scheduler', resource: 'schedule', resourceName: `${group}/*` }),
  );
}
