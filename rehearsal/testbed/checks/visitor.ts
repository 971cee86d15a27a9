import { randomUUID } from 'node:crypto';
import { Resolver } from '../../network/resolver';
import type { Side } from '../../report/result';
import { inTurn } from '../clients/client-sources';
import type { Migration } from '../migration';
import type { SystemUnderTest } from '../system-under-test';
import type { TestbedNetwork } from '../testbed-network';

/** The application's own use of the record: it comes by a source that blue lets in, and keeps a name's answer for its TTL. */
export class Visitor {
  private readonly resolver: Resolver;
  private readonly localAddress: string;

  constructor(
    private readonly migration: Migration,
    private readonly system: Pick<SystemUnderTest, 'visit'>,
    private readonly network: TestbedNetwork,
  ) {
    this.resolver = new Resolver({ server: network.dns });
    [this.localAddress = ''] = network.hostsOf(inTurn(network.sources, 0), 1);
  }

  /** Signs in again, as a page does. Gives the side that answered; rejects where none does. */
  async use(): Promise<Side> {
    const { migration, system, network, resolver, localAddress } = this;
    // RDS gives green blue's own name.
    const { address, target } = await resolver.resolve(migration.record?.name ?? migration.configuration.blue.host);
    await system.visit({ address, target, port: migration.sides.blue.port, localAddress, token: randomUUID() });
    return network.address('green') === address ? 'green' : 'blue';
  }
}
