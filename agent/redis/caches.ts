import { isDeepStrictEqual } from 'node:util';
import type { CacheEndpoint, CacheMigrationConfiguration, Consistency } from '../../contract/cache';
import type { HttpRequestOfCheck, Side } from '../../contract/common';
import type { Log } from '../log';
import type { MigrationConfiguration } from '../reach';
import type { Sides, SidesProps } from '../sides';
import { CacheRelay } from './cache-relay';
import { CacheReplication } from './cache-replication';
import type { RedisContext } from './context';
import type { ResolvedEndpoint } from './endpoint';
import { type RelayCertificate, relayCertificateOf } from './relay/certificate';
import { Relay } from './relay/relay';
import { RelayRegistry } from './relay/switch/running-relay';
import { ReplicationRegistry } from './replication/registry';

/** The two caches of the migration. */
export class Caches implements RedisContext, Sides {
  readonly replications = new ReplicationRegistry();
  readonly relays = new RelayRegistry(Relay.open);
  readonly replication = new CacheReplication(this);
  readonly stateDirectory: string;
  readonly logger: Log;
  readonly now = Date.now;

  private constructor(
    private readonly props: SidesProps,
    private current: CurrentCaches,
  ) {
    this.stateDirectory = props.stateDirectory;
    this.logger = props.log;
  }

  /** Rejects with an `AgentError`. @param configuration as it was just read */
  static async open(props: SidesProps, configuration: CurrentCaches['configuration']): Promise<Caches> {
    return new Caches(props, await resolve(props, configuration));
  }

  get migrationName(): string {
    return this.current.configuration.migrationName;
  }

  get relay(): CacheRelay | undefined {
    return this.current.configuration.relays === true ? new CacheRelay(this) : undefined;
  }

  get consistency(): Consistency {
    return this.current.configuration.consistency;
  }

  get recordName(): string {
    return this.current.configuration.recordName;
  }

  get relayAddress(): string | undefined {
    return this.current.configuration.relayAddress;
  }

  get relayCertificate(): (() => Promise<RelayCertificate>) | undefined {
    const { relayCertificateArn: arn } = this.current.configuration;
    return arn === undefined
      ? undefined
      : () => this.props.credentials.as(arn, relayCertificateOf, ({ privateKey }) => privateKey);
  }

  /** Those that the deploy gave this host. */
  get requests(): readonly HttpRequestOfCheck[] {
    return this.current.configuration.requests ?? [];
  }

  get endpoints(): Readonly<Record<Side, ResolvedEndpoint>> {
    return this.current.endpoints;
  }

  async accept(configuration: CurrentCaches['configuration']): Promise<boolean> {
    const before = this.current;
    this.current = await resolve(this.props, configuration);
    return !isDeepStrictEqual(this.current, before);
  }

  async stop(): Promise<void> {
    await this.relays.stop();
    await this.replications.stopAll();
  }
}

interface CurrentCaches {
  readonly configuration: CacheMigrationConfiguration & Pick<MigrationConfiguration, 'requests'>;
  readonly endpoints: Readonly<Record<Side, ResolvedEndpoint>>;
}

async function resolve(
  { credentials }: SidesProps,
  configuration: CurrentCaches['configuration'],
): Promise<CurrentCaches> {
  const withCredential = async (endpoint: CacheEndpoint): Promise<ResolvedEndpoint> =>
    endpoint.secretArn === undefined ? endpoint : { ...endpoint, ...(await credentials.of(endpoint.secretArn)) };
  const [blue, green] = await Promise.all([withCredential(configuration.blue), withCredential(configuration.green)]);
  return { configuration, endpoints: { blue, green } };
}
