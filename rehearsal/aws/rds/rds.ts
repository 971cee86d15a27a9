import type { AwsEnvironment } from '../environment';
import type { AwsService } from '../service';
import { type DatabaseBackend, EmptyBackend } from './backend';
import { Background } from './background';
import { BlueGreenDeployments } from './blue-green/deployments';
import { BlueGreenOperations } from './blue-green/operations';
import { ClusterChanges } from './cluster-changes';
import { ClusterEndpointOperations } from './cluster-endpoint-operations';
import { ClusterOperations } from './cluster-operations';
import { ClusterParameterGroups } from './cluster-parameter-groups';
import type { Durations, RdsContext, Ways } from './context';
import type { RdsEngine } from './database';
import { Databases } from './databases';
import { Dependents } from './dependents';
import { EngineOperations } from './engine-operations';
import { versionsOf } from './engine-versions';
import { Events } from './events';
import { InstanceOperations } from './instance-operations';
import { Proxies } from './proxies';
import { RestoreOperations } from './restore-operations';
import { Snapshots } from './snapshots';

export interface RdsProps {
  readonly environment: AwsEnvironment;
  /** Whose data the clusters are. @default - they hold nothing */
  readonly backend?: DatabaseBackend;
  /** How long RDS takes for what the backend does not do. Milliseconds. @default 0 each */
  readonly durations?: Partial<Durations>;
  /** Which way AWS goes where that is not certain. @default - each as the guide says, the stricter one */
  readonly ways?: Partial<Ways>;
  /** Versions on offer beside those that are known here and those of its databases, by engine. @default - none */
  readonly versions?: Partial<Readonly<Record<RdsEngine, readonly string[]>>>;
}

const NO_TIME: Durations = {
  create: 0,
  modify: 0,
  securityGroups: 0,
  promote: 0,
  reboot: 0,
  switchover: 0,
  snapshot: 0,
  delete: 0,
  endpoint: 0,
  leaveEndpoint: 0,
  joinEndpoint: 0,
};

const AS_THE_GUIDE_SAYS: Ways = { recordKeepsReadOnly: true, recordTakesRightsToDelete: true };

/** RDS. Databases are put in by the rehearsal, whose servers they stand for. */
export class Rds implements AwsService {
  readonly identifier = 'rds';
  readonly deployments = new BlueGreenDeployments();
  readonly databases: Databases;
  readonly parameterGroups: ClusterParameterGroups;
  readonly events: Events;
  readonly snapshots: Snapshots;
  readonly dependents: Dependents;
  readonly proxies: Proxies;
  readonly operations: AwsService['operations'];
  private readonly background = new Background();

  constructor({ environment, backend = new EmptyBackend(), durations = {}, ways = {}, versions = {} }: RdsProps) {
    const taken: Durations = { ...NO_TIME, ...durations };
    const { deployments } = this;
    this.databases = new Databases(environment, { leave: taken.leaveEndpoint, join: taken.joinEndpoint });
    this.parameterGroups = new ClusterParameterGroups(environment);
    this.events = new Events(environment);
    this.snapshots = new Snapshots(environment.clock, taken.snapshot);
    const context: RdsContext = {
      environment,
      ways: { ...AS_THE_GUIDE_SAYS, ...ways },
      backend,
      databases: this.databases,
      background: this.background,
      events: this.events,
      snapshots: this.snapshots,
      parameterGroups: this.parameterGroups,
      durations: taken,
      versionsOf: (engine) =>
        versionsOf(engine, [...(versions[engine] ?? []), ...this.databases.versionsInUse(engine)]),
      deploymentOf: (cluster) => deployments.of(cluster),
    };
    this.dependents = new Dependents(context);
    this.proxies = new Proxies(context);
    this.operations = {
      ...new ClusterOperations(context).operations,
      ...new ClusterChanges(context).operations,
      ...new ClusterEndpointOperations(context).operations,
      ...new InstanceOperations(context).operations,
      ...new RestoreOperations(context).operations,
      ...new EngineOperations(context).operations,
      ...new BlueGreenOperations(context, deployments).operations,
      ...this.parameterGroups.operations,
      ...this.events.operations,
      ...this.dependents.operations,
      ...this.proxies.operations,
    };
  }

  /** Resolves once nothing is under way: before the servers are stopped. */
  settled(): Promise<void> {
    return this.background.settled();
  }
}
