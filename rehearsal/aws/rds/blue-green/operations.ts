import type {
  CreateBlueGreenDeploymentRequest,
  CreateBlueGreenDeploymentResponse,
  DeleteBlueGreenDeploymentRequest,
  DeleteBlueGreenDeploymentResponse,
  DescribeBlueGreenDeploymentsRequest,
  DescribeBlueGreenDeploymentsResponse,
  SwitchoverBlueGreenDeploymentRequest,
  SwitchoverBlueGreenDeploymentResponse,
} from '@aws-sdk/client-rds';
import { AwsError } from '../../aws-error';
import { needsOfKey } from '../../kms/kms';
import { page } from '../../page';
import type { Need, Operation } from '../../service';
import type { RdsContext } from '../context';
import { need } from '../need';
import { checkPageSize, combination, invalidMarker } from '../requests';
import { DeploymentCreation } from './creation';
import { type BlueGreenDeployments, type Deployment, describeDeployment, type ExternalSystems } from './deployments';
import { DeploymentSwitchover, USUAL_SECONDS } from './switchover';

/** What a blue/green deployment can be filtered by. */
const FILTERS = ['blue-green-deployment-identifier', 'blue-green-deployment-name', 'source', 'target'];

/** Managed blue/green deployments of Aurora clusters. */
export class BlueGreenOperations {
  private readonly creation: DeploymentCreation;
  private readonly switchover: DeploymentSwitchover;

  constructor(
    private readonly context: RdsContext,
    private readonly deployments: BlueGreenDeployments,
  ) {
    this.creation = new DeploymentCreation(context, deployments);
    this.switchover = new DeploymentSwitchover(context);
  }

  /**
   * Each takes the permissions of what RDS does on the caller's behalf. A policy that names a part of what it makes is
   * refused: its names are of its own making.
   *
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-authorizing-access.html
   */
  readonly operations = {
    createBlueGreenDeployment: {
      needs: (request) => this.needsOfCreation(request),
      run: (request) => ({ BlueGreenDeployment: this.described(this.creation.begin(request)) }),
    } satisfies Operation<CreateBlueGreenDeploymentRequest, CreateBlueGreenDeploymentResponse>,
    describeBlueGreenDeployments: {
      needs: ({ BlueGreenDeploymentIdentifier: id }) => [this.need('DescribeBlueGreenDeployments', id)],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeBlueGreenDeploymentsRequest, DescribeBlueGreenDeploymentsResponse>,
    switchoverBlueGreenDeployment: {
      needs: ({ BlueGreenDeploymentIdentifier: id }) => this.needsOfSwitchover(id),
      run: (request) => this.switchOver(request),
    } satisfies Operation<SwitchoverBlueGreenDeploymentRequest, SwitchoverBlueGreenDeploymentResponse>,
    deleteBlueGreenDeployment: {
      needs: ({ BlueGreenDeploymentIdentifier: id, DeleteTarget: withGreen }) => this.needsOfDeletion(id, withGreen),
      run: (request) => this.delete(request),
    } satisfies Operation<DeleteBlueGreenDeploymentRequest, DeleteBlueGreenDeploymentResponse>,
  };

  private describe(request: DescribeBlueGreenDeploymentsRequest): DescribeBlueGreenDeploymentsResponse {
    const { BlueGreenDeploymentIdentifier: id } = request;
    const chosen = (id === undefined ? this.deployments.all : [this.deployments.find(id)])
      .map((deployment) => this.described(deployment))
      .filter((described) =>
        (request.Filters ?? []).every(({ Name = '', Values = [] }) => {
          if (!FILTERS.includes(Name)) throw new AwsError('InvalidParameterValue', `Unrecognized filter name: ${Name}`);
          const values: Readonly<Record<string, string | undefined>> = {
            'blue-green-deployment-identifier': described.BlueGreenDeploymentIdentifier,
            'blue-green-deployment-name': described.BlueGreenDeploymentName,
            source: described.Source,
            target: described.Target,
          };
          return Values.includes(values[Name] ?? '');
        }),
      );
    const { items, next } = page(chosen, request.Marker, checkPageSize(request.MaxRecords), invalidMarker);
    return { BlueGreenDeployments: [...items], ...(next !== undefined && { Marker: next }) };
  }

  private switchOver(request: SwitchoverBlueGreenDeploymentRequest): SwitchoverBlueGreenDeploymentResponse {
    const deployment = this.deployments.find(request.BlueGreenDeploymentIdentifier);
    this.switchover.begin(deployment, request.SwitchoverTimeout ?? USUAL_SECONDS);
    return { BlueGreenDeployment: this.described(deployment) };
  }

  /** Green stays as a cluster of its own, unless it is to go too; the old blue always stays. */
  private delete(request: DeleteBlueGreenDeploymentRequest): DeleteBlueGreenDeploymentResponse {
    const deployment = this.deployments.find(request.BlueGreenDeploymentIdentifier);
    const { status } = deployment;
    const withGreen = request.DeleteTarget === true;
    if (status === 'SWITCHOVER_IN_PROGRESS' || status === 'DELETING' || status === 'PROVISIONING') {
      throw new AwsError('InvalidBlueGreenDeploymentStateFault', `The blue/green deployment is ${status}.`);
    }
    if (withGreen && status === 'SWITCHOVER_COMPLETED') {
      throw combination('DeleteTarget cannot be specified when the blue/green deployment has been switched over.');
    }
    const { green } = deployment.clusters;
    if (withGreen && green.deletionProtection) {
      throw combination('Cannot delete protected Cluster, please disable deletion protection and try again.');
    }
    const { background, backend, databases, durations, environment, events, ways } = this.context;
    deployment.status = 'DELETING';
    background.start(
      async () => {
        await environment.clock.sleep(durations.delete);
        if (withGreen) {
          await backend.remove(green.resourceId);
          for (const instance of deployment.instances) databases.removeInstance(instance.green);
          databases.removeCluster(green);
        }
        if (status === 'SWITCHOVER_COMPLETED' && ways.recordKeepsReadOnly) await this.liftReadOnly(deployment);
        this.deployments.remove(deployment);
        events.write('blue-green-deployment', deployment.id, ['deletion'], 'Blue/green deployment deleted.');
      },
      (reason) => {
        deployment.status = 'INVALID_CONFIGURATION';
        deployment.statusDetails = reason;
      },
    );
    return { BlueGreenDeployment: this.described(deployment) };
  }

  /**
   * The record goes whether or not the engine answers: one that is down stays read-only.
   *
   * @see docs/aws-facts.md#rds-blue-green-delete-ends-read-only
   */
  private async liftReadOnly({ clusters: { blue } }: Deployment): Promise<void> {
    const { backend, databases, events } = this.context;
    if (!databases.clusters.includes(blue)) return;
    try {
      await backend.liftReadOnly(blue.resourceId);
      blue.readOnlyUntilReboot = false;
    } catch (error) {
      const message = `The DB cluster stays read-only: ${String(error)}`;
      events.write('db-cluster', blue.identifier, ['failure'], message);
    }
  }

  private described(deployment: Deployment) {
    return describeDeployment(deployment, this.context.databases);
  }

  private needsOfCreation(request: CreateBlueGreenDeploymentRequest): readonly Need[] {
    const { environment } = this.context;
    const { TargetDBClusterParameterGroupName: clusterGroup, TargetDBParameterGroupName: group } = request;
    return [
      this.need('CreateBlueGreenDeployment', undefined),
      need(environment, 'CreateBlueGreenDeployment', 'cluster', request.Source),
      ...(clusterGroup === undefined
        ? []
        : [need(environment, 'CreateBlueGreenDeployment', 'cluster-pg', clusterGroup)]),
      ...(group === undefined ? [] : [need(environment, 'CreateBlueGreenDeployment', 'pg', group)]),
      this.need('AddTagsToResource', undefined),
      need(environment, 'CreateDBCluster', 'cluster'),
      need(environment, 'CreateDBInstance', 'db'),
      need(environment, 'CreateDBClusterEndpoint', 'cluster-endpoint'),
      ...this.needsOfItsKey(request.Source),
    ];
  }

  /** @see docs/aws-facts.md#rds-creates-with-the-callers-key-permissions */
  private needsOfItsKey(source: string | undefined): readonly Need[] {
    const { databases, environment } = this.context;
    const blue = databases.clusters.find((cluster) => databases.clusterArn(cluster) === source);
    const arn = blue?.kmsKeyArn;
    if (arn === undefined) return [];
    return needsOfKey(environment, {
      arn,
      via: 'rds',
      actions: ['kms:DescribeKey', 'kms:CreateGrant', 'kms:Decrypt', 'kms:GenerateDataKey'],
      context: { 'kms:GrantIsForAWSResource': 'true' },
    });
  }

  private needsOfSwitchover(id: string | undefined): readonly Need[] {
    const { environment } = this.context;
    return [
      this.need('SwitchoverBlueGreenDeployment', id),
      need(environment, 'ModifyDBCluster', 'cluster'),
      need(environment, 'ModifyDBInstance', 'db'),
      need(environment, 'PromoteReadReplicaDBCluster', 'cluster'),
    ];
  }

  /** @see docs/aws-facts.md#rds-blue-green-delete-permissions */
  private needsOfDeletion(id: string | undefined, withGreen = false): readonly Need[] {
    const { environment, ways } = this.context;
    const found = this.deployments.all.find((deployment) => deployment.id === id);
    if (found === undefined || !(withGreen || ways.recordTakesRightsToDelete)) {
      return [this.need('DeleteBlueGreenDeployment', id)];
    }
    const { clusters, instances } = found;
    const concerned = <One>({ blue, green }: ExternalSystems<One>) => (withGreen ? [green] : [blue, green]);
    return [
      this.need('DeleteBlueGreenDeployment', id),
      ...concerned(clusters).map(({ identifier }) => need(environment, 'DeleteDBCluster', 'cluster', identifier)),
      ...instances.flatMap(concerned).map(({ identifier }) => need(environment, 'DeleteDBInstance', 'db', identifier)),
      need(environment, 'DeleteDBClusterEndpoint', 'cluster-endpoint'),
    ];
  }

  private need(action: string, id: string | undefined): Need {
    return need(this.context.environment, action, 'deployment', id);
  }
}
