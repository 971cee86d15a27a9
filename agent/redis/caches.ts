import { isDeepStrictEqual } from 'node:util';
import { type ConfigurationSource, readConfiguration } from '../configuration';
import type { CacheEndpoint, CacheMigrationConfiguration, Consistency, Side } from '../contract';
import type { Credentials } from '../credentials';
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

  /** Rejects with an `AgentError`. */
  static async open(props: CachesProps): Promise<Caches> {
    return new Caches(props, await read(props));
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
    this.current = await read(this.props);
    return !isDeepStrictEqual(this.current, before);
  }
}

interface CurrentCaches {
  readonly configuration: CacheMigrationConfiguration;
  readonly endpoints: Readonly<Record<Side, ResolvedEndpoint>>;
}

async function read({ source, credentials }: CachesProps): Promise<CurrentCaches> {
  const configuration = await readConfiguration(source);
  const resolve = async (endpoint: CacheEndpoint): Promise<ResolvedEndpoint> =>
    endpoint.secretArn === undefined ? endpoint : { ...endpoint, ...(await credentials.of(endpoint.secretArn)) };
  const [blue, green] = await Promise.all([resolve(configuration.blue), resolve(configuration.green)]);
  return { configuration, endpoints: { blue, green } };
}
