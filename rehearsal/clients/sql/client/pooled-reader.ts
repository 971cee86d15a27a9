import type { Outcome } from '../../client/outcome';
import type { Link } from './link';
import { ReadClient } from './read-client';
import type { Workplace } from './sql-client';
import type { SqlConnection } from './sql-connection';

/** Reads over a connection of a pool, which outlives what the name says. */
export class PooledReader extends ReadClient {
  constructor(
    at: Workplace,
    private readonly connection: SqlConnection,
  ) {
    super(at);
  }

  protected override read(query: (link: Link) => Promise<string>): Promise<Outcome<string>> {
    return this.connection.run(query);
  }

  protected override asked(): string {
    return this.connection.address;
  }
}
