import type { DatabaseEndpoint } from '../../../contract/database';
import type { CloudWatch } from '../../aws/cloudwatch/cloudwatch';
import type { AwsEnvironment } from '../../aws/environment';
import type { SecretsManager } from '../../aws/secrets-manager';
import type { AwsService } from '../../aws/service';
import { within } from '../../clients/client/kept-connection';
import { compareDatabases } from '../../clients/sql/data/compare-databases';
import { SCHEMA } from '../../clients/sql/data/tables';
import { dialectOf, withDatabase } from '../../clients/sql/dialects';
import type { DatabaseServer } from '../../engines/sql/database-server';
import type { Zone } from '../../network/zone';
import type { PhaseRun, Side } from '../../report/result';
import { endpointZones } from '../endpoint-zones';
import { type DatabaseMigration, recordsOf } from '../migration';
import { secretsOf } from '../secrets-of-migration';
import { sideOf } from '../side-of';
import type {
  Comparison,
  FaultContext,
  JudgedLoad,
  LoadSettings,
  SystemUnderTest,
  Visit,
  WeighedRecords,
} from '../system-under-test';
import type { ServerName, TestbedNetwork } from '../testbed-network';
import { type ConvertingHarm, harmConverting, holdTables } from './converting-faults';
import { crashOnReport } from './crash';
import { Databases } from './databases';
import { RdsOfMigration } from './rds-of-migration';
import { isFollowing, leaveReplicationOver } from './replication';
import type { DatabaseAccount, DatabasesOptions } from './set-up';
import { startClients } from './start-clients';

const VISIT_MS = 3_000;
/** Which part of a storage is free. */
const FREE = 0.5;
const ALMOST_FULL_BYTES = 4_096;

/** A database that is replaced by its replica. */
export class DatabaseUnderTest implements SystemUnderTest {
  static async start(migration: DatabaseMigration, options: DatabasesOptions): Promise<DatabaseUnderTest> {
    return new DatabaseUnderTest(migration, await Databases.start(migration, options));
  }

  readonly compares = 'rows';
  readonly faults = {
    'crash-green': (context: FaultContext) => this.crashGreen(context),
    'leftover-replication': () => this.leaveReplicationOver(),
    'ddl-on-blue': () => this.changeDefinitions(),
    'stop-converting': this.harms('stop'),
    'lag-converting': this.harms('lag'),
    'write-converting': this.harms('write'),
    'lose-log-converting': this.harms('lose-log'),
    'kill-converting': this.harms('kill'),
    'lock-converting': ({ fixed }: FaultContext) => holdTables(this.converted, fixed),
    'fill-converting': async ({ fixed }: FaultContext) => this.fill(fixed),
  };
  protected rds?: RdsOfMigration;
  private publishFree?: (bytes?: number) => void;
  private crashed = false;
  /** Green is what came by the converting replica, until it follows blue itself. */
  private harmed = false;

  protected constructor(
    protected readonly migration: DatabaseMigration,
    readonly servers: Databases,
  ) {}

  get converting(): SystemUnderTest['converting'] {
    const [{ converting }, { converting: server }] = [this.migration, this.servers];
    return server && converting && { ...converting, server };
  }

  get contents(): string {
    return this.servers.contents;
  }

  get authority(): string | undefined {
    return this.servers.tls.authority;
  }

  /** With what it stands in for. */
  title(side: Side): string {
    const { engine, engineVersion } = this.migration.configuration[side];
    return `${this.servers.title(side)} for ${engine} ${engineVersion}`;
  }

  shell(side: Side): string {
    const { host, port, engine } = this.servers[side];
    const { username, password } = this.servers.accounts.application;
    return engine === 'postgresql'
      ? `PGPASSWORD=${password} psql -h ${host} -p ${port} -U ${username} ${SCHEMA}`
      : `mysql -h ${host} -P ${port} -u ${username} -p${password} ${SCHEMA}`;
  }

  services(environment: AwsEnvironment): readonly AwsService[] {
    this.rds = new RdsOfMigration(this.migration, this.servers, environment);
    return [this.rds.rds, this.secrets(environment)];
  }

  /** Endpoints by address; certificates are made out to the endpoints' names. */
  configuration(addressOf: (server: ServerName) => string): string {
    const { configuration } = this.migration;
    const { blue, green, converting } = configuration;
    const reached = (name: ServerName, endpoint: DatabaseEndpoint) => {
      const { host, readerHost, serverName = host } = endpoint;
      const address = addressOf(name);
      return { ...endpoint, host: address, ...(readerHost !== undefined && { readerHost: address }), serverName };
    };
    return JSON.stringify({
      ...configuration,
      blue: reached('blue', blue),
      green: reached('green', green),
      ...(converting && { converting: { ...converting, endpoint: reached('converting', converting.endpoint) } }),
    });
  }

  async startClients(network: TestbedNetwork, options: LoadSettings): Promise<JudgedLoad> {
    const { servers } = this;
    const clients = await startClients(this.migration, servers, network, options);
    return { clients, judge: (serving) => clients.check(servers[serving]) };
  }

  /** A page: something is read. */
  async visit({ address, target, port, localAddress, token }: Visit): Promise<void> {
    const { engine } = this.servers.blue;
    const link = await dialectOf({ engine }).openLink(
      {
        serves: 'database',
        process: `application-${token}`,
        clientName: 'application',
        seed: token,
        engine,
        writerName: target,
        schema: SCHEMA,
        port,
        localAddress,
        dns: { host: '', port: 0 },
        credentials: this.servers.accounts.application,
        clients: {},
        turnsPerSecond: 0,
        timing: { connectTimeoutMs: VISIT_MS, commandTimeoutMs: VISIT_MS, backoffMs: [0, 0] },
      },
      address,
      target,
    );
    try {
      await within(link.row('SELECT count(*) AS accounts FROM accounts'), VISIT_MS);
    } finally {
      link.socket.destroy();
    }
  }

  endpointZones(addressOf: (side: Side) => string): readonly Zone[] {
    return endpointZones(recordsOf(this.migration), addressOf, (name) => this.rds?.isAway(name) === true);
  }

  weights(account: WeighedRecords): Readonly<Record<Side, number>> {
    const { record } = this.migration;
    if (record === undefined) throw new Error('Nothing but RDS knows the active side of this migration.');
    return account.weights(record);
  }

  readersOn(account: WeighedRecords): Side | 'both' | undefined {
    const { readerRecord } = this.migration;
    return readerRecord === undefined ? undefined : (sideOf(account.weights(readerRecord)) ?? 'both');
  }

  async answers(side: Side): Promise<boolean> {
    try {
      await withDatabase(this.servers[side], (database) => database.identity());
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Each follows the active side, before green was promoted and after. Only one that was down when it was told to may
   * have been left to follow later.
   */
  async follows(other: Side, _phases: readonly PhaseRun[] = []): Promise<boolean> {
    // What does not come by the converting replica any more, or was written there, green has not as blue has it.
    if (this.harmed && other === 'green') return false;
    return !this.crashed || isFollowing(this.servers[other]);
  }

  async compare(): Promise<Comparison> {
    const { rows: compared, mismatches, sample } = await compareDatabases(this.servers.blue, this.servers.green);
    const [first] = sample;
    return {
      ...{ compared, mismatches },
      ...(first && { example: `in ${first.table}, ${first.key}: ${first.difference}` }),
    };
  }

  measure({ statistics }: CloudWatch): void {
    const { converting } = this.migration;
    if (converting === undefined) return;
    const dimensions = { DBInstanceIdentifier: converting.identifier };
    this.publishFree = (bytes = converting.allocatedStorage * 2 ** 30 * FREE) =>
      statistics.set('AWS/RDS', 'FreeStorageSpace', dimensions, bytes);
    this.publishFree();
  }

  async kill(side: Side): Promise<void> {
    await this.servers[side].kill();
  }

  async stop(): Promise<void> {
    await this.rds?.rds.settled();
    await this.servers.stop();
  }

  /** A query of a kind that only large data makes dangerous brings it down, and it comes back as it does on AWS. */
  protected async crashGreen({ signal, crashed }: FaultContext): Promise<void> {
    const died = () => {
      this.crashed = true;
      this.rds?.lose('green');
      crashed();
    };
    await crashOnReport(this.servers.green, died, signal);
    this.rds?.recover('green');
  }

  /** As an earlier maintenance may have left it. */
  protected leaveReplicationOver(): Promise<void> {
    return leaveReplicationOver(this.servers.blue);
  }

  /** As a release in the middle of the night does. */
  private async changeDefinitions(): Promise<void> {
    const statement = 'ALTER TABLE visits ADD COLUMN campaign int';
    await withDatabase(this.servers.blue, (database) => database.rows(statement), SCHEMA);
  }

  private harms(how: ConvertingHarm) {
    return async ({ signal }: FaultContext): Promise<void> => {
      const { converted } = this;
      this.harmed = true;
      await harmConverting(converted, how, signal);
    };
  }

  private get converted(): DatabaseServer {
    const { converting } = this.servers;
    if (converting === undefined) throw new Error('The migration has no converting replica.');
    return converting;
  }

  /** CloudWatch alone says how much storage is left. */
  private fill(fixed: AbortSignal): void {
    this.publishFree?.(ALMOST_FULL_BYTES);
    fixed.addEventListener('abort', () => this.publishFree?.(), { once: true });
  }

  private secrets(environment: AwsEnvironment): SecretsManager {
    const { blue, green, replicationSecretArn, converting } = this.migration.configuration;
    const { replication, agent, converter = agent } = this.servers.accounts;
    const values = new Map<string, string>();
    const add = (arn: string, { username, password }: DatabaseAccount) =>
      values.set(arn, JSON.stringify({ username, password }));
    for (const arn of new Set([blue.secretArn, green.secretArn])) add(arn, agent);
    if (converting !== undefined) add(converting.endpoint.secretArn, converter);
    if (replicationSecretArn !== undefined && replication !== undefined) add(replicationSecretArn, replication);
    return secretsOf(this.migration, environment, values);
  }
}
