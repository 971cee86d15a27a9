import type {
  Attachment,
  DescribeServicesRequest,
  DescribeServicesResponse,
  DescribeTasksRequest,
  DescribeTasksResponse,
  ListClustersRequest,
  ListClustersResponse,
  ListTasksRequest,
  ListTasksResponse,
  Service,
  Task,
  UpdateServiceRequest,
  UpdateServiceResponse,
} from '@aws-sdk/client-ecs';
import { AwsError, NotRehearsedError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Need, Operation } from '../service';
import { ClusterServices, type EcsService, type ScaleHook } from './cluster-services';
import { type ServiceTask, type TaskPace, USUAL_PACE } from './service-task';
import { TaskDefinitions } from './task-definitions';

export interface EcsProps {
  readonly environment: AwsEnvironment;
  /** Starts and stops what the tasks stand for. */
  readonly scale: ScaleHook;
  /** @default - as on AWS: five minutes and a half until a task has ended */
  readonly pace?: TaskPace;
  /** The network interface of a task, by the task's ARN. @default - nobody asks */
  readonly networkInterfaceOf?: (taskArn: string) => string | undefined;
}

/** DescribeServices takes no more services. */
const MAX_SERVICES = 10;
const MAX_TASKS = 100;
/** What UpdateService can be asked for here. */
const CHANGEABLE = ['cluster', 'service', 'desiredCount', 'forceNewDeployment'];

/** ECS: services whose desired count is changed. */
export class Ecs implements AwsService {
  readonly identifier = 'ecs';
  readonly services: ClusterServices;
  readonly taskDefinitions: TaskDefinitions;
  readonly operations: AwsService['operations'];
  private readonly environment: AwsEnvironment;

  constructor(private readonly props: EcsProps) {
    const { environment, scale, pace = USUAL_PACE } = props;
    this.environment = environment;
    this.services = new ClusterServices({ environment, pace, scale });
    this.taskDefinitions = new TaskDefinitions(environment);
    this.operations = { ...this.ownOperations, ...this.taskDefinitions.operations };
  }

  private readonly ownOperations = {
    listClusters: {
      needs: () => [{ action: 'ecs:ListClusters', resources: ['*'] }],
      run: (request) => this.listClusters(request),
    } satisfies Operation<ListClustersRequest, ListClustersResponse>,
    describeServices: {
      needs: ({ cluster, services = [] }) =>
        services.map((service) => this.serviceNeed('DescribeServices', cluster, service)),
      run: (request) => this.describeServices(request),
    } satisfies Operation<DescribeServicesRequest, DescribeServicesResponse>,
    updateService: {
      needs: ({ cluster, service = '*' }) => [this.serviceNeed('UpdateService', cluster, service)],
      run: (request) => this.updateService(request),
    } satisfies Operation<UpdateServiceRequest, UpdateServiceResponse>,
    listTasks: {
      needs: ({ cluster }) => [
        {
          action: 'ecs:ListTasks',
          // @see docs/aws-facts.md#ecs-list-tasks-permission
          resources: [arnOf(this.environment, 'ecs', `container-instance/${clusterName(cluster)}/*`)],
          context: this.inCluster(cluster),
        },
      ],
      run: (request) => this.listTasks(request),
    } satisfies Operation<ListTasksRequest, ListTasksResponse>,
    describeTasks: {
      needs: ({ cluster, tasks = [] }) =>
        tasks.map((task) => ({
          action: 'ecs:DescribeTasks',
          resources: [this.taskArn(cluster, task)],
          context: this.inCluster(cluster),
        })),
      run: async (request) => {
        await this.services.haveFollowed();
        return this.describeTasks(request);
      },
    } satisfies Operation<DescribeTasksRequest, DescribeTasksResponse>,
  };

  private listClusters({ nextToken, maxResults }: ListClustersRequest): ListClustersResponse {
    const arns = this.services.clusters().map((name) => arnOf(this.environment, 'ecs', `cluster/${name}`));
    const refuse = () => new AwsError('InvalidParameterException', 'Invalid token.');
    const { items, next } = page(arns, nextToken, maxResults ?? MAX_TASKS, refuse);
    return { clusterArns: [...items], ...(next !== undefined && { nextToken: next }) };
  }

  private describeServices({ cluster, services = [] }: DescribeServicesRequest): DescribeServicesResponse {
    if (services.length === 0) {
      throw new AwsError('InvalidParameterException', 'Services cannot be empty.');
    }
    if (services.length > MAX_SERVICES) {
      throw new AwsError('InvalidParameterException', `Services cannot have more than ${MAX_SERVICES} elements.`);
    }
    const name = this.services.requireCluster(cluster);
    const found = services.map((service) => ({ service, known: this.services.find(name, service) }));
    return {
      services: found.flatMap(({ known }) => (known === undefined ? [] : [this.describe(known)])),
      // A service that is not there is no error.
      failures: found
        .filter(({ known }) => known === undefined)
        .map(({ service }) => ({ arn: this.serviceArn(name, service), reason: 'MISSING' })),
    };
  }

  private updateService(request: UpdateServiceRequest): UpdateServiceResponse {
    const other = Object.keys(request).find((member) => !CHANGEABLE.includes(member));
    if (other !== undefined) {
      throw new NotRehearsedError(`UpdateService with ${other}`);
    }
    const cluster = this.services.requireCluster(request.cluster);
    const service = this.services.find(cluster, request.service ?? '');
    if (service === undefined) {
      throw new AwsError('ServiceNotFoundException', 'Service not found.');
    }
    if (request.desiredCount !== undefined) {
      // @see docs/aws-facts.md#ecs-desired-count
      if (service.schedulingStrategy === 'DAEMON') {
        throw new AwsError(
          'InvalidParameterException',
          'The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again',
        );
      }
      if (!Number.isInteger(request.desiredCount) || request.desiredCount < 0) {
        throw new AwsError('InvalidParameterException', 'desiredCount must be zero or more.');
      }
      this.services.setDesiredCount(service, request.desiredCount);
    }
    return { service: this.describe(service) };
  }

  private listTasks(request: ListTasksRequest): ListTasksResponse {
    const unknown = Object.keys(request).find(
      (member) => !['cluster', 'serviceName', 'desiredStatus', 'maxResults', 'nextToken'].includes(member),
    );
    if (unknown !== undefined) {
      throw new NotRehearsedError(`ListTasks with ${unknown}`);
    }
    const cluster = this.services.requireCluster(request.cluster);
    const service = request.serviceName === undefined ? undefined : this.services.find(cluster, request.serviceName);
    if (request.serviceName !== undefined && service === undefined) {
      throw new AwsError('ServiceNotFoundException', 'Service not found.');
    }
    const services = service === undefined ? this.services.all(cluster) : [service];
    const { desiredStatus = 'RUNNING' } = request;
    const now = this.environment.clock.now();
    const arns = services.flatMap(({ tasks }) =>
      tasks.filter((task) => task.desiredStatusAt(now) === desiredStatus).map(({ arn }) => arn),
    );
    const { items, next } = page(
      arns,
      request.nextToken,
      request.maxResults ?? MAX_TASKS,
      () => new AwsError('InvalidParameterException', 'Invalid token.'),
    );
    return { taskArns: [...items], ...(next !== undefined && { nextToken: next }) };
  }

  private describeTasks({ cluster, tasks = [] }: DescribeTasksRequest): DescribeTasksResponse {
    if (tasks.length === 0 || tasks.length > MAX_TASKS) {
      throw new AwsError(
        'InvalidParameterException',
        `Tasks must have 1 to ${MAX_TASKS} elements; got ${tasks.length}.`,
      );
    }
    const name = this.services.requireCluster(cluster);
    const known = this.services.all(name).flatMap((service) => service.tasks.map((task) => ({ service, task })));
    const wanted = tasks.map((task) => this.taskArn(cluster, task));
    return {
      tasks: known
        .filter(({ task }) => wanted.includes(task.arn))
        .map(({ service, task }) => this.describeTask(service, task)),
      failures: wanted
        .filter((arn) => !known.some(({ task }) => task.arn === arn))
        .map((arn) => ({ arn, reason: 'MISSING' })),
    };
  }

  private describeTask({ cluster, name, taskDefinitionArn }: EcsService, task: ServiceTask): Task {
    const networkInterface = this.props.networkInterfaceOf?.(task.arn);
    const now = this.environment.clock.now();
    return {
      taskArn: task.arn,
      taskDefinitionArn,
      ...(networkInterface !== undefined && { attachments: [attachmentOf(networkInterface)] }),
      clusterArn: arnOf(this.environment, 'ecs', `cluster/${cluster}`),
      group: `service:${name}`,
      lastStatus: task.statusAt(now),
      desiredStatus: task.desiredStatusAt(now),
      createdAt: new Date(task.createdAt),
    };
  }

  private describe(service: EcsService): Service {
    const { arn, cluster, name, desiredCount, schedulingStrategy, deploymentController, targetGroupArns } = service;
    const counts = this.services.counts(service);
    return {
      serviceArn: arn,
      serviceName: name,
      clusterArn: arnOf(this.environment, 'ecs', `cluster/${cluster}`),
      status: 'ACTIVE',
      schedulingStrategy,
      deploymentController: { type: deploymentController },
      loadBalancers: targetGroupArns.map((targetGroupArn) => ({ targetGroupArn })),
      desiredCount,
      runningCount: counts.running,
      pendingCount: counts.pending,
      deployments: [
        {
          status: 'PRIMARY',
          desiredCount,
          runningCount: counts.running,
          pendingCount: counts.pending,
          rolloutState: counts.running === desiredCount ? 'COMPLETED' : 'IN_PROGRESS',
        },
      ],
    };
  }

  private serviceNeed(action: string, cluster: string | undefined, service: string): Need {
    return {
      action: `ecs:${action}`,
      resources: [this.serviceArn(clusterName(cluster), service)],
      context: this.inCluster(cluster),
    };
  }

  private inCluster(cluster: string | undefined): Need['context'] {
    return { 'ecs:cluster': arnOf(this.environment, 'ecs', `cluster/${clusterName(cluster)}`) };
  }

  private serviceArn(cluster: string, service: string): string {
    return service.startsWith('arn:') ? service : arnOf(this.environment, 'ecs', `service/${cluster}/${service}`);
  }

  private taskArn(cluster: string | undefined, task: string): string {
    return task.startsWith('arn:') ? task : arnOf(this.environment, 'ecs', `task/${clusterName(cluster)}/${task}`);
  }
}

/** @see docs/aws-facts.md#ecs-task-interface */
const attachmentOf = (networkInterface: string): Attachment => ({
  type: 'ElasticNetworkInterface',
  status: 'ATTACHED',
  details: [{ name: 'networkInterfaceId', value: networkInterface }],
});

const clusterName = (nameOrArn = 'default') => nameOrArn.split('/').at(-1) ?? nameOrArn;
