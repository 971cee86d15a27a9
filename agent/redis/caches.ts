import { isDeepStrictEqual } from 'node:util';
import type { CacheEndpoint, CacheMigrationConfiguration, Consistency } from '../../contract/cache';
import type { HttpRequestOfCheck, Side } from '../../contract/common';
import { type ConfigurationSource, readConfiguration, type WithRequests } from '../configuration';
import type { Credentials } from '../credentials';
import { AgentError } from '../errors';
import type { Log } from '../log';
import type { RedisContext } from './context';
import type { ResolvedEndpoint } from './endpoint';
import { ReplicationRegistry } from './replication/registry';

export interface CachesProps {
  readonly source: ConfigurationSource;
  readonly credentials: Credentials;
  /** It exists, where the verbs that keep state run. */
  readonly stateDirectory: string;
  readonly log: Log;
}

/**
 * The two caches of the migration, for the life of the process. What is read from AWS is kept, so that no API call
 * stands inside the freeze; `reload` reads it anew, and whoever connects next uses that.
 */
export class Caches implements RedisContext {
  readonly replications = new ReplicationRegistry();
  readonly stateDirectory: string;
  readonly logger: Log;
  readonly now = Date.now;

  private constructor(
    private readonly props: CachesProps,
    private current: CurrentCaches,
  ) {
    this.stateDirectory = props.stateDirectory;
    this.logger = props.log;
  }

  /** Rejects with an `AgentError`. @param configuration as it was just read */
  static async open(props: CachesProps, configuration: CurrentCaches['configuration']): Promise<Caches> {
    return new Caches(props, await resolve(props, configuration));
  }

  get migrationName(): string {
    return this.current.configuration.migrationName;
  }

  get consistency(): Consistency {
    return this.current.configuration.consistency;
  }

  get recordName(): string {
    return this.current.configuration.recordName;
  }

  /** Those that the deploy gave this host. */
  get requests(): readonly HttpRequestOfCheck[] {
    return this.current.configuration.requests ?? [];
  }

  get endpoints(): Readonly<Record<Side, ResolvedEndpoint>> {
    return this.current.endpoints;
  }

  /**
   * Reads configuration and credentials anew: the migration was deployed again, or a secret was rotated. Tells whether
   * anything is different now.
   */
  async reload(): Promise<boolean> {
    this.props.credentials.forget();
    const before = this.current;
    const configuration = await readConfiguration(this.props.source);
    if (configuration.kind !== 'cache') throw kindChanged(configuration.migrationName);
    this.current = await resolve(this.props, configuration);
    return !isDeepStrictEqual(this.current, before);
  }
}

interface CurrentCaches {
  readonly configuration: CacheMigrationConfiguration & WithRequests;
  readonly endpoints: Readonly<Record<Side, ResolvedEndpoint>>;
}

async function resolve(
  { credentials }: CachesProps,
  configuration: CurrentCaches['configuration'],
): Promise<CurrentCaches> {
  const withCredential = async (endpoint: CacheEndpoint): Promise<ResolvedEndpoint> =>
    endpoint.secretArn === undefined ? endpoint : { ...endpoint, ...(await credentials.of(endpoint.secretArn)) };
  const [blue, green] = await Promise.all([withCredential(configuration.blue), withCredential(configuration.green)]);
  return { configuration, endpoints: { blue, green } };
}

function kindChanged(migrationName: string): AgentError {
  return new AgentError(
    'Agent.BadRequest',
    `The migration ${migrationName} was one of caches and is now one of databases: restart the service of this host.`,
  );
}
