import type { CreateBlueGreenDeploymentRequest } from '@aws-sdk/client-rds';
import { AwsError, NotRehearsedError } from '../../aws-error';
import type { RdsContext } from '../context';
import type { DbCluster, DbInstance } from '../database';
import { clusterFamilyOf, compareVersions, familyOf } from '../engine-versions';
import { checkMembers, combination } from '../requests';
import type { BlueGreenDeployments, Deployment, ExternalSystems } from './deployments';
import { TASKS } from './deployments';

/** MySQL takes another value for a new data directory only. */
const UNCHANGEABLE = 'lower_case_table_names';
const KNOWN = [
  ...['BlueGreenDeploymentName', 'Source', 'TargetEngineVersion', 'TargetDBParameterGroupName'],
  ...['TargetDBClusterParameterGroupName', 'TargetDBInstanceClass', 'Tags'],
];

/** What green is to be, once everything that RDS would refuse has been refused. */
interface Plan {
  readonly name: string;
  readonly blue: DbCluster;
  readonly engineVersion: string;
  readonly clusterParameterGroup: string;
  readonly parameterGroup: string;
}

/** CreateBlueGreenDeployment: checks, then makes green in the background. */
export class DeploymentCreation {
  constructor(
    private readonly context: RdsContext,
    private readonly deployments: BlueGreenDeployments,
  ) {}

  begin(request: CreateBlueGreenDeploymentRequest): Deployment {
    const plan = this.checked(request);
    const { databases, environment, events } = this.context;
    const suffix = `green-${environment.ids.hex(6)}`;
    const clusters = { blue: plan.blue, green: this.greenCluster(plan, suffix) };
    const deployment: Deployment = {
      id: `bgd-${environment.ids.hex(16)}`,
      name: plan.name,
      clusters,
      instances: databases.members(plan.blue).map((blue) => this.greenInstance(plan, clusters.green, blue, suffix)),
      tags: request.Tags ?? [],
      createdAt: environment.clock.now(),
      status: 'PROVISIONING',
      statusDetails: undefined,
      tasksDone: 0,
    };
    this.deployments.add(deployment);
    this.context.background.start(
      () => this.provision(deployment),
      (reason) => {
        deployment.status = 'INVALID_CONFIGURATION';
        deployment.statusDetails = reason;
        events.write('blue-green-deployment', deployment.id, ['failure'], `Creation of green failed: ${reason}`);
      },
    );
    return deployment;
  }

  private async provision(deployment: Deployment): Promise<void> {
    const { backend, durations, environment, events } = this.context;
    const { blue, green } = deployment.clusters;
    await backend.createGreen({ blue: blue.resourceId, green: green.resourceId }, green.engineVersion);
    await environment.clock.sleep(durations.create);
    deployment.tasksDone = TASKS.length;
    green.status = 'available';
    for (const instance of deployment.instances) instance.green.status = 'available';
    deployment.status = 'AVAILABLE';
    const message = 'Blue/green deployment tasks completed. You can make more modifications to the green environment.';
    events.write('blue-green-deployment', deployment.id, ['creation'], message);
  }

  private checked(request: CreateBlueGreenDeploymentRequest): Plan {
    checkMembers('CreateBlueGreenDeployment', request, KNOWN);
    const { BlueGreenDeploymentName: name = '', Source: source = '' } = request;
    if (this.deployments.all.some((deployment) => deployment.name === name)) {
      throw new AwsError(
        'BlueGreenDeploymentAlreadyExistsFault',
        `A blue/green deployment with the name ${name} already exists.`,
      );
    }
    if (source.split(':')[5] === 'db') throw new NotRehearsedError('CreateBlueGreenDeployment of a DB instance');
    const blue = this.context.databases.cluster(source);
    this.checkSource(blue);
    if (request.TargetDBInstanceClass !== undefined) {
      throw combination('TargetDBInstanceClass cannot be specified for a blue/green deployment of a DB cluster.');
    }
    return { name, blue, ...this.target(blue, request) };
  }

  /**
   * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-considerations.html
   * @see docs/aws-facts.md#rds-blue-green-managed-password
   */
  private checkSource(blue: DbCluster): void {
    const { databases, deploymentOf, parameterGroups } = this.context;
    const unsupported = (message: string) => new AwsError('SourceClusterNotSupportedFault', message);
    if (!blue.engine.startsWith('aurora-')) throw new NotRehearsedError(`A blue/green deployment of ${blue.engine}`);
    if (blue.status !== 'available') {
      throw new AwsError('InvalidDBClusterStateFault', `DB cluster ${blue.identifier} is not in the available state.`);
    }
    if (databases.members(blue).some(({ status }) => status !== 'available')) {
      throw new AwsError('InvalidDBInstanceStateFault', `Not every instance of ${blue.identifier} is available.`);
    }
    if (deploymentOf(blue.resourceId) !== undefined) {
      throw unsupported(`DB cluster ${blue.identifier} is already part of a blue/green deployment.`);
    }
    if (blue.replicationSource !== undefined) {
      throw unsupported(`DB cluster ${blue.identifier} is a read replica.`);
    }
    if (blue.managedMasterPassword) {
      throw unsupported('Blue/green deployments do not support a master user password managed in AWS Secrets Manager.');
    }
    if (blue.engine === 'aurora-mysql' && parameterGroups.valueOf(blue.parameterGroup, 'binlog_format') === 'OFF') {
      throw unsupported('Blue Green Deployments requires cluster parameter group has binlog enabled.');
    }
    const logical = parameterGroups.valueOf(blue.parameterGroup, 'rds.logical_replication');
    if (blue.engine === 'aurora-postgresql' && logical !== '1') {
      throw unsupported('Blue Green Deployments requires cluster parameter group has logical replication enabled.');
    }
  }

  /**
   * Without parameter groups of its own, green has the default ones: not blue's.
   *
   * @see docs/aws-facts.md#rds-blue-green-event-scheduler
   */
  private target(blue: DbCluster, request: CreateBlueGreenDeploymentRequest): Omit<Plan, 'name' | 'blue'> {
    const { parameterGroups, versionsOf } = this.context;
    const engineVersion = request.TargetEngineVersion ?? blue.engineVersion;
    if (!versionsOf(blue.engine).includes(engineVersion)) {
      throw combination(`Cannot find version ${engineVersion} for ${blue.engine}`);
    }
    if (compareVersions(engineVersion, blue.engineVersion) < 0) {
      throw combination(`Cannot upgrade ${blue.engine} from ${blue.engineVersion} to ${engineVersion}`);
    }
    const family = clusterFamilyOf(blue.engine, engineVersion);
    const clusterParameterGroup = request.TargetDBClusterParameterGroupName ?? `default.${family}`;
    if (parameterGroups.familyOf(clusterParameterGroup) !== family) {
      throw combination(
        `The Parameter Group ${clusterParameterGroup} with DBParameterGroupFamily ${parameterGroups.familyOf(clusterParameterGroup)} cannot be used for this instance. Please use a Parameter Group with DBParameterGroupFamily ${family}`,
      );
    }
    const [own, wanted] = [blue.parameterGroup, clusterParameterGroup].map((group) =>
      parameterGroups.valueOf(group, UNCHANGEABLE),
    );
    if (own !== wanted) {
      throw new AwsError(
        'SourceClusterNotSupportedFault',
        `The value of the ${UNCHANGEABLE} parameter within the parameter group [${clusterParameterGroup}] for the green environment is different than the value of this parameter in the blue environment.`,
      );
    }
    const scheduler = parameterGroups.valueOf(clusterParameterGroup, 'event_scheduler');
    if (scheduler !== undefined && ['ON', '1'].includes(scheduler.toUpperCase())) {
      throw combination(
        `The event_scheduler parameter must be disabled in the parameter group [${clusterParameterGroup}] of the green environment.`,
      );
    }
    const parameterGroup = request.TargetDBParameterGroupName ?? `default.${familyOf(blue.engine, engineVersion)}`;
    return { engineVersion, clusterParameterGroup, parameterGroup };
  }

  private greenCluster({ blue, engineVersion, clusterParameterGroup }: Plan, suffix: string): DbCluster {
    const { databases } = this.context;
    const green = databases.addCluster({
      identifier: `${blue.identifier}-${suffix}`,
      engine: blue.engine,
      engineVersion,
      port: blue.port,
      parameterGroup: clusterParameterGroup,
      securityGroupIds: blue.securityGroupIds,
      masterUsername: blue.masterUsername,
      deletionProtection: blue.deletionProtection,
      ...(blue.kmsKeyArn !== undefined && { kmsKeyArn: blue.kmsKeyArn }),
      replicationSource: databases.clusterArn(blue),
      tags: blue.tags,
    });
    green.status = 'creating';
    return green;
  }

  private greenInstance(plan: Plan, cluster: DbCluster, blue: DbInstance, suffix: string): ExternalSystems<DbInstance> {
    const green = this.context.databases.addInstance({
      identifier: `${blue.identifier}-${suffix}`,
      engine: plan.blue.engine,
      engineVersion: plan.engineVersion,
      instanceClass: blue.instanceClass,
      parameterGroup: plan.parameterGroup,
      cluster,
    });
    green.status = 'creating';
    return { blue, green };
  }
}
