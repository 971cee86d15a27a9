import { Duration, Stack } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/states/aws-call';
import { everyPage } from '../cutover/states/every-page';
import { expression } from '../cutover/states/expression';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { unlessRedriven } from '../cutover/states/once';
import type { EcsServiceFacts } from './ecs-service-facts';
import { until } from './until';
import type { KindStates } from './workload-kind';

type States = KindStates<EcsServiceFacts>;

/** Until a target group has let go of a task (300 s, where nobody has set another time) and its containers have ended. */
export const STOP_LIMIT = Duration.minutes(15);

/** ECS tells tasks to stop within seconds; until then it does not list them as such. @see docs/aws-facts.md#ecs-eventual-consistency */
const TOLD_WITHIN = Duration.seconds(20);

/**
 * A described task of ten containers, as many as a task may have, has some 11 KB; an answer may have 256.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 */
const TASKS_AT_ONCE = 20;

const ID = `$split($, '/')[-1]`;

/** JSONata: the next ones to ask for, or those after them. */
const some = (which: string) => `$filter($tasks, function($task, $index) { $index ${which} ${TASKS_AT_ONCE} })`;

/** Assigns `$tasks`: the ids of the tasks that are to run. */
export function findTasks(states: States, name: string): IChainable {
  return list(states, name, 'RUNNING', false);
}

/**
 * Waits until no more than `kept` of `$tasks`, and of those that the service has told to stop, are anything but STOPPED.
 * What is being deregistered or has had SIGTERM still works, and no count of the service has it: each task is asked for.
 * Those that were found before are asked for, too, because a list may be older than what it is asked about.
 *
 * @see docs/aws-facts.md#ecs-running-count
 * @see docs/aws-facts.md#ecs-list-tasks-stopped
 */
export function tasksStop(states: States, name: string, kept: string): IChainable {
  const told = Wait.jsonata(states.scope, `${name}: wait until ECS lists them`, {
    time: WaitTime.seconds(unlessRedriven(TOLD_WITHIN.toSeconds())),
  });
  const find = list(states, `${name}: find those that stop`, 'STOPPED', true);
  told.next(find.startState);
  const stop = until(states, name, {
    ask: (asking) => describe(states, asking),
    waiting: `$count($tasks) > ${kept}`,
    goOn: '$stopped > 0',
    patient: true,
    limit: STOP_LIMIT,
    tooLate: jsonata`
      $count($tasks) & ' tasks of ECS service ' & $facts.service & ' in cluster ' & $facts.cluster
      & ' are not STOPPED ${STOP_LIMIT.toHumanString()} after they were told to, such as ' & $tasks[0]
      & '. A target group lets go of a task after its deregistration delay, and a container ends after its
      stopTimeout: set them shorter, or see what it still does.'
    `,
  });
  const none = Pass.jsonata(states.scope, `${name}: there are none`, { outputs: {} });
  const any = Choice.jsonata(states.scope, `${name}: are there any?`)
    .when(is(`$count($tasks) > ${kept}`), stop)
    .otherwise(none);
  for (const end of find.endStates) end.next(any);
  return { id: told.id, startState: told, endStates: [none, ...stop.endStates] };
}

/** The ones asked for go to the end of the list, those that have stopped out of it. */
function describe(states: States, name: string) {
  return awsCall(states.scope, name, {
    call: 'ecs:describeTasks',
    parameters: {
      Cluster: expression('$facts.cluster'),
      Tasks: expression(`[${some('<')}]`),
    },
    iamAction: 'ecs:DescribeTasks',
    resources: clusters(states).map((cluster) =>
      Stack.of(states.scope).formatArn({ service: 'ecs', resource: 'task', resourceName: `${cluster}/*` }),
    ),
    wildcard: 'Tasks get their names when they are started; their cluster is named.',
    assign: {
      tasks: expression(
        jsonata`
          ($ended := [$append($states.result.Tasks[LastStatus = 'STOPPED'].TaskArn,
          $states.result.Failures[Reason = 'MISSING'].Arn).${ID}]; [$append(${some('>=')},
          ${some('<')})[$not($ in $ended)]])
        `,
      ),
      stopped: expression(
        `$count($states.result.Tasks[LastStatus = 'STOPPED']) + $count($states.result.Failures[Reason = 'MISSING'])`,
      ),
    },
    outputs: {},
  });
}

/** By their ids, which are a third of their ARNs: a service may have thousands of tasks. */
function list(states: States, name: string, desiredStatus: 'RUNNING' | 'STOPPED', after: boolean): IChainable {
  return everyPage(states.scope, name, {
    call: 'ecs:listTasks',
    parameters: jsonata`
      {'Cluster': $facts.cluster, 'ServiceName': $facts.service, 'DesiredStatus': '${desiredStatus}',
      'MaxResults': 100}
    `,
    into: 'tasks',
    after,
    kept: `[$append($tasks, $states.result.TaskArns.(${ID})[$not($ in $tasks)])]`,
    iamAction: 'ecs:ListTasks',
    // @see docs/aws-facts.md#ecs-list-tasks-permission
    resources: ['*'],
    wildcard: 'ListTasks knows container instances as resources; the cluster is a condition.',
    conditions: {
      ArnEquals: {
        'ecs:cluster': clusters(states).map((cluster) =>
          Stack.of(states.scope).formatArn({ service: 'ecs', resource: 'cluster', resourceName: cluster }),
        ),
      },
    },
  });
}

const clusters = ({ all }: States): string[] => [...new Set(all.map(({ cluster }) => cluster))];
