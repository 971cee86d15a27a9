import { randomUUID } from 'node:crypto';
import { Resolver } from '../../network/resolver';
import type { Side } from '../../report/result';
import type { Act } from '../act';
import { inTurn } from '../clients/client-sources';
import type { Migration } from '../migration';
import type { Surroundings } from '../surroundings';

/** The application's own use of the record: it comes by a source that blue lets in, and keeps a name's answer for its TTL. */
export class Visitor {
  private readonly resolver: Resolver;
  private readonly localAddress: string;

  constructor(
    private readonly migration: Migration,
    private readonly act: Pick<Act, 'visit'>,
    private readonly surroundings: Surroundings,
  ) {
    this.resolver = new Resolver({ server: surroundings.dns });
    [this.localAddress = ''] = surroundings.hostsOf(inTurn(surroundings.sources, 0), 1);
  }

  /** Signs in anew, as a page does. Gives the side that answered; rejects where none does. */
  async use(): Promise<Side> {
    const { migration, act, surroundings, resolver, localAddress } = this;
    // RDS gives green blue's own name.
    const { address, target } = await resolver.resolve(migration.record?.name ?? migration.configuration.blue.host);
    await act.visit({ address, target, port: migration.sides.blue.port, localAddress, token: randomUUID() });
    return surroundings.address('green') === address ? 'green' : 'blue';
  }
}
