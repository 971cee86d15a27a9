import type { Connection } from '../resp/connection';
import { writesAmong } from '../write-commands';

/** Which commands of a server that were tried on no engine can write; each is asked for once. */
export class UntriedWrites {
  private readonly asked = new Set<string>();
  private readonly writes = new Set<string>();

  constructor(private readonly connection: Connection) {}

  /** @param names - commands that the table does not know */
  async among(names: readonly string[]): Promise<ReadonlySet<string>> {
    const fresh = names.filter((name) => !this.asked.has(name));
    const found = await writesAmong((command, ...args) => this.connection.command(command, ...args), fresh);
    for (const name of fresh) this.asked.add(name);
    for (const name of found) this.writes.add(name);
    return this.writes;
  }
}
