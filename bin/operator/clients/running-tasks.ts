import {
  DescribeTasksCommand,
  type ECSClient,
  ListClustersCommand,
  ListTasksCommand,
  type Task,
} from '@aws-sdk/client-ecs';
import { everyItem, type Lookup } from './lookup';

/** A task that runs now. */
export interface RunningTask {
  /** `ECS service shop/web`, or the family of a task that no service made. */
  readonly consumer: string;
  readonly networkInterfaces: readonly string[];
  readonly definition: string;
}

const MAX_CLUSTERS = 200;
const MAX_TASKS = 5000;
/** DescribeTasks takes no more. */
const AT_ONCE = 100;

export async function runningTasks(ecs: ECSClient, lookup: Lookup): Promise<readonly RunningTask[]> {
  const found = await lookup.attempt('ECS tasks', async () => {
    const clusters = await everyItem(
      async (nextToken) => {
        const { clusterArns = [], nextToken: next } = await ecs.send(new ListClustersCommand({ nextToken }));
        return { items: clusterArns, next };
      },
      MAX_CLUSTERS,
      () => lookup.miss('ECS tasks', `More clusters than ${MAX_CLUSTERS}.`),
    );
    const tasks: RunningTask[] = [];
    for (const cluster of clusters) {
      const ofCluster = await lookup.attempt(`ECS tasks of ${nameOf(cluster)}`, () => tasksOf(ecs, cluster, lookup));
      tasks.push(...(ofCluster ?? []));
    }
    return tasks;
  });
  return found ?? [];
}

async function tasksOf(ecs: ECSClient, cluster: string, lookup: Lookup): Promise<RunningTask[]> {
  const arns = await everyItem(
    async (nextToken) => {
      const { taskArns = [], nextToken: next } = await ecs.send(new ListTasksCommand({ cluster, nextToken }));
      return { items: taskArns, next };
    },
    MAX_TASKS,
    () => lookup.miss(`ECS tasks of ${nameOf(cluster)}`, `More than ${MAX_TASKS}.`),
  );
  const tasks: RunningTask[] = [];
  for (let begin = 0; begin < arns.length; begin += AT_ONCE) {
    const asked = arns.slice(begin, begin + AT_ONCE);
    const described = await ecs.send(new DescribeTasksCommand({ cluster, tasks: asked }));
    tasks.push(...(described.tasks ?? []).map((task) => runningTask(nameOf(cluster), task)));
  }
  return tasks;
}

/** @see docs/aws-facts.md#ecs-task-interface */
function runningTask(cluster: string, { group = '', attachments = [], taskDefinitionArn = '' }: Task): RunningTask {
  const service = /^service:(.+)$/.exec(group)?.[1];
  return {
    consumer:
      service === undefined
        ? `ECS task ${cluster}/${group.replace(/^family:/, '') || nameOf(taskDefinitionArn)}`
        : `ECS service ${cluster}/${service}`,
    networkInterfaces: attachments
      .flatMap(({ details = [] }) => details)
      .flatMap(({ name, value }) => (name === 'networkInterfaceId' && value !== undefined ? [value] : [])),
    definition: taskDefinitionArn,
  };
}

export const nameOf = (arn: string) => arn.split('/').at(-1) ?? arn;
