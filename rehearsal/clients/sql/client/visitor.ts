import type { Resolver } from '../../../network/resolver';
import { within } from '../../client/kept-connection';
import type { Outcome } from '../../client/outcome';
import { nowMs } from '../../clock';
import { dialectOf } from '../dialects';
import type { SqlProcessSettings } from '../protocol';
import type { Link } from './link';
import { ReadClient } from './read-client';
import type { Workplace } from './sql-client';

/** Reads over a connection of its own for every page, as PHP does: it goes where the name leads at that moment. */
export class Visitor extends ReadClient {
  private address = '';

  constructor(
    at: Workplace,
    private readonly name: string,
    private readonly settings: SqlProcessSettings,
    private readonly resolver: Resolver,
  ) {
    super(at);
  }

  protected override async read(query: (link: Link) => Promise<string>): Promise<Outcome<string>> {
    const sentMs = nowMs();
    const dialect = dialectOf(this.settings);
    let link: Link | undefined;
    try {
      const { address, target } = await this.resolver.resolve(this.name);
      this.address = `${address}:${this.settings.port}`;
      link = await dialect.openLink(this.settings, address, target);
      const value = await within(query(link), this.settings.timing.commandTimeoutMs);
      return { state: 'done', value, sentMs, ackedMs: nowMs(), server: this.address };
    } catch (error) {
      const { reason } = dialect.verdictOn(error);
      return { state: 'unsent', reason: link === undefined ? `cannot connect: ${reason}` : reason };
    } finally {
      link?.socket.destroy();
    }
  }

  protected override asked(): string {
    return this.address;
  }
}
