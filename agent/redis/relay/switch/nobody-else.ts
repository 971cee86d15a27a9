import type { Side } from '../../../../contract/common';
import { AgentError } from '../../../errors';
import { Client } from '../../client';
import { clientsOf, describeGroups, groupClients, parseClientList } from '../../client-list';
import type { RedisContext } from '../../context';
import { movement, type Snapshot, takeSnapshot } from '../../last-write';
import { sleep } from '../../replication/clock';
import { CLIENT_NAME } from '../../resp/connection';
import type { SwitchedRelay } from './switched-relay';

const LOOKS_EVERY_MS = 5;
const LOOKS_FOR_MS = 100;

/** Rule 4: nobody but the agent is connected to the old side, and nobody writes there. Opened before the hold. */
export class NobodyElse {
  private first: Snapshot | undefined;

  private constructor(
    private readonly client: Client,
    private readonly side: Side,
    private readonly relay: SwitchedRelay,
  ) {}

  static async open({ endpoints }: RedisContext, side: Side, relay: SwitchedRelay): Promise<NobodyElse> {
    return new NobodyElse(await Client.open(endpoints[side], 'switch'), side, relay);
  }

  /** While the relay's clients are still on the side: rejects where others are as well. */
  async lookBefore(): Promise<void> {
    await this.requireNobody();
  }

  /** Once the relay holds. */
  async begin(): Promise<void> {
    this.first = await takeSnapshot(this.client);
    await this.requireNobody();
  }

  /** The same server, and nothing was written since `begin`. */
  async isStillSo(): Promise<void> {
    const { first, client, side } = this;
    if (first === undefined) throw new Error('The hold was to be looked at first.');
    await this.requireNobody();
    const moved = await movement(client, first, await takeSnapshot(client));
    if (moved.length === 0) return;
    throw new AgentError(
      'Agent.WritesContinue',
      `${side} changed while the relay held its clients: ${moved.join(', ')}.`,
    );
  }

  /** Those on the old side after the switch. They went round the relay, and write where nobody reads any more. `undefined` where that side does not say. */
  async strays(): Promise<number | undefined> {
    const others = await this.others().catch(() => undefined);
    return others?.length;
  }

  close(): void {
    this.client.close();
  }

  private async requireNobody(): Promise<void> {
    let others = await this.others();
    // A connection of the relay that has just come, or has just been closed, is listed and not yet, or no longer, known.
    for (let waitedMs = 0; others.length > 0 && waitedMs < LOOKS_FOR_MS; waitedMs += LOOKS_EVERY_MS) {
      await sleep(LOOKS_EVERY_MS);
      others = await this.others();
    }
    if (others.length === 0) return;
    throw new AgentError(
      'Agent.NotEmptied',
      `${others.length} connections to ${this.side} do not come through the relay: ${describeGroups(groupClients(others))}. ` +
        'Have them connect to the relay, or close them (redis.evict), and close the client ingress of that side for all but this host.',
    );
  }

  private async others() {
    const all = parseClientList(await this.client.text('CLIENT', 'LIST'));
    const ownAddress = all.find(({ name }) => name.startsWith(CLIENT_NAME))?.address ?? '';
    const upstreams = this.relay.upstreams(this.side);
    return clientsOf(all, { ownPrefix: CLIENT_NAME, ownAddress, newcomers: true }).filter(
      ({ peer }) => !upstreams.has(peer),
    );
  }
}
