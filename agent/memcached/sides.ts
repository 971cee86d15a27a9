import { isDeepStrictEqual } from 'node:util';
import type { HttpRequestOfCheck, Side } from '../../contract/common';
import type { MemcachedEndpoint, MemcachedMigrationConfiguration } from '../../contract/memcached';
import type { MigrationConfiguration } from '../reach';
import type { Sides, SidesProps } from '../sides';

type Configuration = MemcachedMigrationConfiguration & Pick<MigrationConfiguration, 'requests'>;

/** The two sides of a migration of Memcached. Nothing replicates, and nothing is kept open between two verbs. */
export class MemcachedSides implements Sides {
  constructor(
    _props: SidesProps,
    private current: Configuration,
  ) {}

  get migrationName(): string {
    return this.current.migrationName;
  }

  get requests(): readonly HttpRequestOfCheck[] {
    return this.current.requests ?? [];
  }

  get recordName(): string {
    return this.current.recordName;
  }

  endpoint(side: Side): MemcachedEndpoint {
    return this.current[side];
  }

  async accept(configuration: Configuration): Promise<boolean> {
    const before = this.current;
    this.current = configuration;
    return !isDeepStrictEqual(configuration, before);
  }

  async stop(): Promise<void> {}
}
