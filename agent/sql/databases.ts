import { isDeepStrictEqual } from 'node:util';
import type { HttpRequestOfCheck, Side } from '../../contract/common';
import type {
  ChainServer,
  Conversion,
  DatabaseEndpoint,
  DatabaseMigrationConfiguration,
  DatabaseStrategy,
  QueryOfCheck,
  SmokeQuery,
  WhereNow,
} from '../../contract/database';
import type { Credential } from '../credentials';
import { AgentError } from '../errors';
import type { Log } from '../log';
import type { MigrationConfiguration } from '../reach';
import type { Sides, SidesProps } from '../sides';

/** Who signs in to a database. Lives in memory only; never logged, never put into an error. */
export interface DatabaseCredential {
  readonly username: string;
  readonly password: string;
}

/** A database with what its secret held. */
export interface ResolvedDatabase extends DatabaseEndpoint, DatabaseCredential {
  readonly side: ChainServer;
}

/** The converting replica, with what is to be done on it. */
export interface Converting {
  readonly endpoint: ResolvedDatabase;
  readonly conversions: readonly Conversion[];
}

/** `green`, `the converting replica`, as a sentence names it. */
export function nameOf(server: ChainServer): string {
  return server === 'converting' ? 'the converting replica' : server;
}

/** `green (host:port)`, as an error names it. */
export function placeOf({ side, port }: ResolvedDatabase, host: string): string {
  return `${nameOf(side)} (${host}:${port})`;
}

/** What a verb leaves going on. */
export interface GoingOn {
  stop(): void;
}

/** The two databases of the migration. */
export class Databases implements Sides {
  readonly log: Log;
  readonly stateDirectory: string;

  private constructor(
    private readonly props: SidesProps,
    private current: CurrentDatabases,
    private readonly kept = new Map<new () => GoingOn, GoingOn>(),
  ) {
    this.log = props.log;
    this.stateDirectory = props.stateDirectory;
  }

  /** Rejects with an `AgentError`. @param configuration as it was just read */
  static async open(props: SidesProps, configuration: CurrentDatabases['configuration']): Promise<Databases> {
    return new Databases(props, await resolve(props, configuration));
  }

  /** The one of its kind, for as long as the process lives. Each kind is its verb's own: they are not known here. */
  keep<T extends GoingOn>(Kind: new () => T): T {
    const kept = this.kept.get(Kind) ?? new Kind();
    this.kept.set(Kind, kept);
    return kept as T;
  }

  /** Stops whatever goes on. */
  async stop(): Promise<void> {
    for (const each of this.kept.values()) each.stop();
  }

  get migrationName(): string {
    return this.current.configuration.migrationName;
  }

  get strategy(): DatabaseStrategy {
    return this.current.configuration.strategy;
  }

  get smokeQueries(): readonly SmokeQuery[] {
    return this.current.configuration.smokeQueries;
  }

  get checkQueries(): readonly QueryOfCheck[] {
    return this.current.configuration.checkQueries ?? [];
  }

  /** Those that the deploy gave this host. */
  get requests(): readonly HttpRequestOfCheck[] {
    return this.current.configuration.requests ?? [];
  }

  get endpoints(): Readonly<Record<Side, ResolvedDatabase>> {
    return this.current.endpoints;
  }

  /** What green replicates from, where that is not blue. */
  get converting(): Converting | undefined {
    return this.current.converting;
  }

  /** Throws `Agent.BadRequest` where it is the converting replica and there is none. */
  server(name: ChainServer): ResolvedDatabase {
    if (name !== 'converting') return this.endpoints[name];
    return this.requireConverting().endpoint;
  }

  /** Throws `Agent.BadRequest` where there is none. */
  requireConverting(): Converting {
    const { converting } = this.current;
    if (converting !== undefined) return converting;
    throw new AgentError(
      'Agent.BadRequest',
      `The migration ${this.migrationName} has no converting replica, green replicates from blue itself: accepted are blue and green. ` +
        'Where it is to have one, deploy the migration with it.',
    );
  }

  /** The same, reached where the caller says: RDS has named or renamed a side since the configuration was written. */
  at({ hosts = {} }: WhereNow): Databases {
    const moved = (side: Side): ResolvedDatabase => {
      const { readerHost: _reader, serverName: _name, ...endpoint } = this.current.endpoints[side];
      return hosts[side] === undefined ? this.current.endpoints[side] : { ...endpoint, host: hosts[side] };
    };
    const endpoints = { blue: moved('blue'), green: moved('green') };
    return new Databases(this.props, { ...this.current, endpoints }, this.kept);
  }

  /** Who the other side signs in to this one as, to replicate from it. */
  replicationCredential(side: Side): DatabaseCredential {
    return this.current.replication ?? this.current.endpoints[side];
  }

  async accept(configuration: CurrentDatabases['configuration']): Promise<boolean> {
    const before = this.current;
    this.current = await resolve(this.props, configuration);
    return !isDeepStrictEqual(this.current, before);
  }
}

interface CurrentDatabases {
  readonly configuration: DatabaseMigrationConfiguration & Pick<MigrationConfiguration, 'requests'>;
  readonly endpoints: Readonly<Record<Side, ResolvedDatabase>>;
  readonly replication?: DatabaseCredential;
  readonly converting?: Converting;
}

async function resolve(
  { credentials }: SidesProps,
  configuration: CurrentDatabases['configuration'],
): Promise<CurrentDatabases> {
  const { blue, green, replicationSecretArn, converting } = configuration;
  const credentialIn = async (arn: string) => withUsername(await credentials.of(arn), arn);
  const [ofBlue, ofGreen, ofConverting, replication] = await Promise.all([
    credentialIn(blue.secretArn),
    credentialIn(green.secretArn),
    converting === undefined ? undefined : credentialIn(converting.endpoint.secretArn),
    replicationSecretArn === undefined ? undefined : credentialIn(replicationSecretArn),
  ]);
  return {
    configuration,
    endpoints: { blue: { ...blue, ...ofBlue, side: 'blue' }, green: { ...green, ...ofGreen, side: 'green' } },
    ...(replication === undefined ? {} : { replication }),
    ...(converting === undefined || ofConverting === undefined
      ? {}
      : {
          converting: {
            endpoint: { ...converting.endpoint, ...ofConverting, side: 'converting' },
            conversions: converting.conversions,
          },
        }),
  };
}

function withUsername({ username, password }: Credential, secretArn: string): DatabaseCredential {
  if (username !== undefined) return { username, password };
  throw new AgentError(
    'Agent.AccessDenied',
    `Secret ${secretArn} cannot be used, for it names no user: accepted is JSON with "username" and "password", as RDS writes it.`,
  );
}
