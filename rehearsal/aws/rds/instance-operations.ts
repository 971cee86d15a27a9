import type {
  DBInstanceMessage,
  DeleteDBInstanceMessage,
  DeleteDBInstanceResult,
  DescribeDBInstancesMessage,
  ModifyDBInstanceMessage,
  ModifyDBInstanceResult,
  RebootDBInstanceMessage,
  RebootDBInstanceResult,
} from '@aws-sdk/client-rds';
import { AwsError, NotRehearsedError } from '../aws-error';
import { page } from '../page';
import type { Operation } from '../service';
import type { RdsContext } from './context';
import type { DbInstance, RdsEngine } from './database';
import { describeInstance } from './descriptions';
import { instanceClassesOf } from './engine-versions';
import { checkFinalSnapshot } from './final-snapshot';
import type { InstanceStatus } from './instance-health';
import { need } from './need';
import { newIdentifier } from './new-identifier';
import { checkMembers, checkPageSize, combination, invalidMarker, passes } from './requests';

const CHANGEABLE = [
  ...['DBInstanceIdentifier', 'NewDBInstanceIdentifier', 'DBInstanceClass', 'DeletionProtection'],
  'ApplyImmediately',
];
const REBOOT = ['DBInstanceIdentifier'];

/**
 * Instances: in a cluster, or by themselves. Those of a cluster that is protected can be deleted.
 *
 * @see docs/aws-facts.md#rds-deletion-protection
 * @see docs/aws-facts.md#rds-final-snapshot-tags
 * @see docs/aws-facts.md#rds-replica-deletion
 */
export class InstanceOperations {
  constructor(private readonly context: RdsContext) {}

  readonly operations = {
    // @see docs/aws-facts.md#rds-filters-leave-out
    describeDBInstances: {
      needs: ({ DBInstanceIdentifier: id }) => [this.need('DescribeDBInstances', id)],
      run: (request) => this.describe(request),
    } satisfies Operation<DescribeDBInstancesMessage, DBInstanceMessage>,
    modifyDBInstance: {
      needs: ({ DBInstanceIdentifier: id }) => [this.need('ModifyDBInstance', id)],
      run: (request) => this.modify(request),
    } satisfies Operation<ModifyDBInstanceMessage, ModifyDBInstanceResult>,
    rebootDBInstance: {
      needs: ({ DBInstanceIdentifier: id }) => [this.need('RebootDBInstance', id)],
      run: (request) => this.reboot(request),
    } satisfies Operation<RebootDBInstanceMessage, RebootDBInstanceResult>,
    deleteDBInstance: {
      needs: ({ DBInstanceIdentifier: id, FinalDBSnapshotIdentifier: snapshot }) => [
        this.need('DeleteDBInstance', id),
        ...(snapshot === undefined
          ? []
          : [
              this.need('CreateDBSnapshot', id),
              need(this.context.environment, 'CreateDBSnapshot', 'snapshot', snapshot),
              need(this.context.environment, 'AddTagsToResource', 'snapshot', snapshot),
            ]),
      ],
      run: (request) => this.delete(request),
    } satisfies Operation<DeleteDBInstanceMessage, DeleteDBInstanceResult>,
  };

  private describe({ DBInstanceIdentifier: id, ...request }: DescribeDBInstancesMessage): DBInstanceMessage {
    const { databases } = this.context;
    const chosen = id === undefined ? databases.instances : [databases.instance(id)];
    const { items, next } = page(
      chosen.filter((instance) => {
        const cluster = databases.clusterOf(instance);
        return passes(request.Filters, {
          'db-cluster-id': cluster === undefined ? [] : [cluster.identifier, databases.clusterArn(cluster)],
          'db-instance-id': [instance.identifier, databases.instanceArn(instance)],
          'dbi-resource-id': [instance.resourceId],
        });
      }),
      request.Marker,
      checkPageSize(request.MaxRecords),
      invalidMarker,
    );
    return {
      DBInstances: items.map((instance) => describeInstance(instance, databases)),
      ...(next !== undefined && { Marker: next }),
    };
  }

  /** Without ApplyImmediately the change waits for a maintenance window, which no rehearsal reaches. */
  private modify(request: ModifyDBInstanceMessage): ModifyDBInstanceResult {
    checkMembers('ModifyDBInstance', request, CHANGEABLE);
    const { databases } = this.context;
    const instance = databases.instance(request.DBInstanceIdentifier);
    this.requireAvailable(instance);
    const { DBInstanceClass: wanted, NewDBInstanceIdentifier: name } = request;
    if (request.DeletionProtection !== undefined) this.protect(instance, request.DeletionProtection);
    if (name !== undefined) this.rename(instance, name, request.ApplyImmediately);
    if (wanted !== undefined && wanted !== instance.instanceClass) {
      requireClass(instance.engine, instance.engineVersion, wanted);
      instance.pendingClass = wanted;
      if (request.ApplyImmediately === true) {
        this.restart(instance, 'modifying', () => {
          instance.instanceClass = wanted;
          instance.pendingClass = undefined;
          this.event(instance, ['configuration change'], 'Finished applying modification to DB instance class');
        });
      }
    }
    return { DBInstance: describeInstance(instance, databases) };
  }

  private protect(instance: DbInstance, deletionProtection: boolean): void {
    if (instance.clusterResourceId !== undefined) {
      throw combination('Deletion protection of an instance in a cluster is the cluster’s.');
    }
    instance.deletionProtection = deletionProtection;
  }

  /** A new name comes with a restart. */
  private rename(instance: DbInstance, name: string, now = false): void {
    if (!now) throw new NotRehearsedError('ModifyDBInstance in a maintenance window');
    const { databases, deploymentOf } = this.context;
    const identifier = newIdentifier('NewDBInstanceIdentifier', name);
    if (databases.instances.some((other) => [other.identifier, other.pendingIdentifier].includes(identifier))) {
      throw new AwsError('DBInstanceAlreadyExistsFault', `DB instance ${identifier} already exists`);
    }
    if (deploymentOf(instance.clusterResourceId ?? instance.resourceId) !== undefined) {
      throw new AwsError(
        'InvalidDBInstanceStateFault',
        `DB instance ${instance.identifier} is part of a blue/green deployment and cannot be renamed.`,
      );
    }
    instance.pendingIdentifier = identifier;
    this.restart(instance, 'renaming', () => {
      databases.renameInstance(instance, identifier);
      instance.pendingIdentifier = undefined;
    });
  }

  private reboot(request: RebootDBInstanceMessage): RebootDBInstanceResult {
    checkMembers('RebootDBInstance', request, REBOOT);
    const instance = this.context.databases.instance(request.DBInstanceIdentifier);
    this.requireAvailable(instance);
    this.restart(instance, 'rebooting', () => undefined);
    return { DBInstance: describeInstance(instance, this.context.databases) };
  }

  private restart(instance: DbInstance, status: InstanceStatus, done: () => void): void {
    const { backend, background, databases, durations, environment } = this.context;
    instance.status = status;
    background.start(
      async () => {
        await environment.clock.sleep(durations.modify);
        await backend.restart(instance.resourceId);
        const cluster = databases.clusterOf(instance);
        if (cluster !== undefined && instance.isWriter) cluster.readOnlyUntilReboot = false;
        this.event(instance, ['availability'], 'DB instance restarted');
        instance.status = 'available';
        done();
      },
      (reason) => {
        instance.status = 'failed';
        this.event(instance, ['failure'], `The DB instance did not restart: ${reason}`);
      },
    );
  }

  private delete(request: DeleteDBInstanceMessage): DeleteDBInstanceResult {
    const { databases, backend, background, durations, environment, snapshots } = this.context;
    const instance = databases.instance(request.DBInstanceIdentifier);
    const cluster = databases.clusterOf(instance);
    if (cluster === undefined) {
      if (instance.replicationSource !== undefined && request.FinalDBSnapshotIdentifier !== undefined) {
        throw combination('FinalDBSnapshotIdentifier can not be specified when deleting a replica instance');
      }
      checkFinalSnapshot(request);
    } else if (request.FinalDBSnapshotIdentifier !== undefined) {
      throw combination('FinalDBSnapshotIdentifier can not be specified when deleting a cluster instance');
    }
    if (instance.deletionProtection) {
      throw combination('Cannot delete protected DB Instance, please disable deletion protection and try again.');
    }
    if (instance.status === 'deleting') {
      throw new AwsError('InvalidDBInstanceStateFault', `Instance ${instance.identifier} is already being deleted.`);
    }
    if (cluster !== undefined) this.refuseLastOfReplica(instance);
    if (request.FinalDBSnapshotIdentifier !== undefined) {
      this.requireAvailable(instance);
      snapshots.takeOfInstance(request.FinalDBSnapshotIdentifier);
    }
    instance.status = 'deleting';
    background.start(
      async () => {
        await environment.clock.sleep(durations.delete);
        if (cluster === undefined) await backend.remove(instance.resourceId);
        for (const replica of databases.instances) {
          if (replica.replicationSource === instance.identifier) replica.replicationSource = undefined;
        }
        databases.removeInstance(instance);
        this.event(instance, ['deletion'], 'DB instance deleted');
      },
      (reason) => this.event(instance, ['failure'], `The deletion failed: ${reason}`),
    );
    return { DBInstance: describeInstance(instance, databases) };
  }

  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html */
  private refuseLastOfReplica(instance: DbInstance): void {
    const { databases, deploymentOf } = this.context;
    const cluster = databases.clusterOf(instance);
    if (cluster === undefined) return;
    if (deploymentOf(cluster.resourceId)?.switching === true) {
      throw new AwsError('InvalidDBInstanceStateFault', `Instance ${instance.identifier} is being switched over.`);
    }
    const others = databases.members(cluster).filter((one) => one !== instance && one.status !== 'deleting');
    if (cluster.replicationSource !== undefined && others.length === 0) {
      throw new AwsError(
        'InvalidDBClusterStateFault',
        `Cannot delete the last instance of the read replica DB cluster ${cluster.identifier}. Promote the DB cluster to a standalone DB cluster in order to delete it.`,
      );
    }
  }

  private requireAvailable(instance: DbInstance): void {
    const { databases, deploymentOf } = this.context;
    const cluster = databases.clusterOf(instance);
    if (instance.status !== 'available') {
      throw new AwsError(
        'InvalidDBInstanceStateFault',
        `Database instance ${instance.identifier} is not in available state.`,
      );
    }
    if (cluster && deploymentOf(cluster.resourceId)?.switching === true) {
      throw new AwsError('InvalidDBInstanceStateFault', `Instance ${instance.identifier} is being switched over.`);
    }
  }

  private event({ identifier }: DbInstance, categories: readonly string[], message: string): void {
    this.context.events.write('db-instance', identifier, categories, message);
  }

  private need(action: string, id: string | undefined) {
    return need(this.context.environment, action, 'db', id);
  }
}

/** @throws AwsError InvalidParameterCombination where the engine does not run on the class. */
export function requireClass(engine: RdsEngine, version: string, instanceClass: string): void {
  if (instanceClassesOf(engine, version).includes(instanceClass)) return;
  throw combination(
    `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${instanceClass}, Engine=${engine}, EngineVersion=${version}.`,
  );
}
