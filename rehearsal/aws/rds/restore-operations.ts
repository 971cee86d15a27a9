import type {
  CreateDBInstanceMessage,
  CreateDBInstanceResult,
  RestoreDBClusterToPointInTimeMessage,
  RestoreDBClusterToPointInTimeResult,
} from '@aws-sdk/client-rds';
import { AwsError, NotRehearsedError } from '../aws-error';
import type { Operation } from '../service';
import type { RdsContext } from './context';
import { describeCluster, describeInstance } from './descriptions';
import { requireClass } from './instance-operations';
import { need } from './need';
import { checkMembers, combination } from './requests';

const RESTORE = [
  ...['DBClusterIdentifier', 'SourceDBClusterIdentifier', 'RestoreType', 'UseLatestRestorableTime', 'RestoreToTime'],
  ...['Port', 'DBSubnetGroupName', 'VpcSecurityGroupIds', 'DBClusterParameterGroupName', 'DeletionProtection', 'Tags'],
  ...['CopyTagsToSnapshot', 'KmsKeyId'],
];
const CREATE = [
  ...['DBInstanceIdentifier', 'DBInstanceClass', 'Engine', 'EngineVersion', 'DBClusterIdentifier'],
  ...['DBParameterGroupName', 'PromotionTier', 'DBSubnetGroupName', 'PubliclyAccessible', 'Tags', 'AvailabilityZone'],
];

/** A copy of a cluster, and instances for it: two calls, because the first makes a cluster that nobody can connect to. */
export class RestoreOperations {
  constructor(private readonly context: RdsContext) {}

  readonly operations = {
    restoreDBClusterToPointInTime: {
      needs: (request) => [
        need(this.context.environment, 'RestoreDBClusterToPointInTime', 'cluster', request.SourceDBClusterIdentifier),
        need(this.context.environment, 'RestoreDBClusterToPointInTime', 'cluster', request.DBClusterIdentifier),
      ],
      run: (request) => this.restore(request),
    } satisfies Operation<RestoreDBClusterToPointInTimeMessage, RestoreDBClusterToPointInTimeResult>,
    createDBInstance: {
      needs: ({ DBInstanceIdentifier: id, DBClusterIdentifier: cluster }) => [
        need(this.context.environment, 'CreateDBInstance', 'db', id),
        ...(cluster === undefined ? [] : [need(this.context.environment, 'CreateDBInstance', 'cluster', cluster)]),
      ],
      run: (request) => this.createInstance(request),
    } satisfies Operation<CreateDBInstanceMessage, CreateDBInstanceResult>,
  };

  private restore(request: RestoreDBClusterToPointInTimeMessage): RestoreDBClusterToPointInTimeResult {
    checkMembers('RestoreDBClusterToPointInTime', request, RESTORE);
    const { databases, backend, background, durations, environment, events, parameterGroups } = this.context;
    if ((request.UseLatestRestorableTime === true) === (request.RestoreToTime !== undefined)) {
      throw combination('Either UseLatestRestorableTime is true, or RestoreToTime is given.');
    }
    if (request.RestoreToTime !== undefined) {
      throw new NotRehearsedError('RestoreDBClusterToPointInTime to a time that has passed');
    }
    const type = request.RestoreType ?? 'full-copy';
    if (!['full-copy', 'copy-on-write'].includes(type)) {
      throw new AwsError('InvalidParameterValue', `Invalid RestoreType: ${type}.`);
    }
    const source = databases.cluster(request.SourceDBClusterIdentifier);
    if (source.status !== 'available') {
      throw new AwsError('InvalidDBClusterStateFault', `DBCluster ${source.identifier} is not available.`);
    }
    const parameterGroup = request.DBClusterParameterGroupName;
    if (parameterGroup !== undefined) parameterGroups.familyOf(parameterGroup);
    const cluster = databases.addCluster({
      identifier: request.DBClusterIdentifier ?? '',
      engine: source.engine,
      engineVersion: source.engineVersion,
      port: request.Port ?? source.port,
      securityGroupIds: request.VpcSecurityGroupIds ?? [],
      masterUsername: source.masterUsername,
      deletionProtection: request.DeletionProtection ?? false,
      tags: request.Tags ?? [],
      ...(parameterGroup !== undefined && { parameterGroup }),
    });
    cluster.status = 'creating';
    background.start(
      async () => {
        await backend.clone(source.resourceId, cluster.resourceId);
        await environment.clock.sleep(durations.create);
        cluster.status = 'available';
        events.write('db-cluster', cluster.identifier, ['creation'], 'DB cluster created');
      },
      (reason) => {
        databases.removeCluster(cluster);
        events.write('db-cluster', cluster.identifier, ['failure'], `The restore failed: ${reason}`);
      },
    );
    return { DBCluster: describeCluster(cluster, databases) };
  }

  private createInstance(request: CreateDBInstanceMessage): CreateDBInstanceResult {
    checkMembers('CreateDBInstance', request, CREATE);
    if (request.DBClusterIdentifier === undefined) throw new NotRehearsedError('CreateDBInstance without a cluster');
    const { databases, background, durations, environment, events } = this.context;
    const cluster = databases.cluster(request.DBClusterIdentifier);
    if (request.Engine !== cluster.engine) {
      throw combination(
        `The engine name requested for your DB instance (${request.Engine}) doesn't match the engine name of your DB cluster (${cluster.engine}).`,
      );
    }
    const instanceClass = request.DBInstanceClass ?? '';
    requireClass(cluster.engine, cluster.engineVersion, instanceClass);
    const instance = databases.addInstance({
      identifier: request.DBInstanceIdentifier ?? '',
      engine: cluster.engine,
      engineVersion: cluster.engineVersion,
      instanceClass,
      cluster,
      ...(request.DBParameterGroupName !== undefined && { parameterGroup: request.DBParameterGroupName }),
    });
    instance.status = 'creating';
    background.start(
      async () => {
        await environment.clock.sleep(durations.create);
        instance.status = 'available';
        events.write('db-instance', instance.identifier, ['creation'], 'DB instance created');
      },
      (reason) => {
        instance.status = 'failed';
        events.write('db-instance', instance.identifier, ['failure'], reason);
      },
    );
    return { DBInstance: describeInstance(instance, databases) };
  }
}
