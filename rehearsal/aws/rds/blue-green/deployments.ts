import type { BlueGreenDeployment, BlueGreenDeploymentTask } from '@aws-sdk/client-rds';
import { AwsError } from '../../aws-error';
import type { DbCluster, DbInstance, Tag } from '../database';
import type { Databases } from '../databases';

// @see docs/aws-facts.md#rds-blue-green-statuses
export type DeploymentStatus =
  | 'PROVISIONING'
  | 'AVAILABLE'
  | 'SWITCHOVER_IN_PROGRESS'
  | 'SWITCHOVER_COMPLETED'
  | 'SWITCHOVER_FAILED'
  | 'INVALID_CONFIGURATION'
  | 'DELETING';

/** Two databases that are to change places, whichever names they have. */
export interface ExternalSystems<Database> {
  readonly blue: Database;
  readonly green: Database;
}

/** What RDS does to make green, in its order. */
export const TASKS = [
  'CREATING_READ_REPLICA_OF_SOURCE',
  'DB_ENGINE_VERSION_UPGRADE',
  'CONFIGURE_BACKUPS',
  'CREATING_TOPOLOGY_OF_SOURCE',
] as const;

export interface Deployment {
  /** `bgd-…` */
  readonly id: string;
  readonly name: string;
  readonly clusters: ExternalSystems<DbCluster>;
  readonly instances: readonly ExternalSystems<DbInstance>[];
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  status: DeploymentStatus;
  statusDetails: string | undefined;
  tasksDone: number;
}

/** The blue/green deployments that there are. */
export class BlueGreenDeployments {
  private list: Deployment[] = [];

  get all(): readonly Deployment[] {
    return this.list;
  }

  add(deployment: Deployment): void {
    this.list.push(deployment);
  }

  remove(deployment: Deployment): void {
    this.list = this.list.filter((other) => other !== deployment);
  }

  /** @throws AwsError BlueGreenDeploymentNotFoundFault */
  find(id = ''): Deployment {
    const found = this.list.find((deployment) => deployment.id === id);
    if (!found) {
      throw new AwsError('BlueGreenDeploymentNotFoundFault', `BlueGreenDeployment ${id} not found.`);
    }
    return found;
  }

  /** The deployment that a cluster is part of; one that was switched over holds its clusters no longer. */
  of(clusterResourceId: string): { readonly switching: boolean } | undefined {
    const found = this.list.find(
      ({ clusters: { blue, green }, status }) =>
        status !== 'SWITCHOVER_COMPLETED' &&
        (blue.resourceId === clusterResourceId || green.resourceId === clusterResourceId),
    );
    return found && { switching: found.status === 'SWITCHOVER_IN_PROGRESS' };
  }
}

/** As DescribeBlueGreenDeployments shows it, by the names that its databases have now. */
export function describeDeployment(deployment: Deployment, databases: Databases): BlueGreenDeployment {
  const { clusters, instances, status } = deployment;
  const members = [
    { source: databases.clusterArn(clusters.blue), target: databases.clusterArn(clusters.green) },
    ...instances.map(({ blue, green }) => ({
      source: databases.instanceArn(blue),
      target: databases.instanceArn(green),
    })),
  ];
  return {
    BlueGreenDeploymentIdentifier: deployment.id,
    BlueGreenDeploymentName: deployment.name,
    Source: databases.clusterArn(clusters.blue),
    Target: databases.clusterArn(clusters.green),
    Status: status,
    ...(deployment.statusDetails !== undefined && { StatusDetails: deployment.statusDetails }),
    Tasks: TASKS.map((Name, index) => ({ Name, Status: taskStatus(index, deployment) })),
    SwitchoverDetails: members.map(({ source, target }) => ({
      SourceMember: source,
      TargetMember: target,
      Status: status === 'DELETING' || status === 'INVALID_CONFIGURATION' ? 'AVAILABLE' : status,
    })),
    CreateTime: new Date(deployment.createdAt),
    TagList: [...deployment.tags],
  };
}

function taskStatus(index: number, { tasksDone, status }: Deployment): BlueGreenDeploymentTask['Status'] {
  if (index < tasksDone) return 'COMPLETED';
  if (index > tasksDone) return 'PENDING';
  return status === 'INVALID_CONFIGURATION' ? 'FAILED' : 'IN_PROGRESS';
}
