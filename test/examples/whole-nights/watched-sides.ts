import { sourceText } from '../../../rehearsal/aws/ec2/rule-source';
import type { Account } from '../../../rehearsal/testbed/account';
import { type Migration, recordsOf } from '../../../rehearsal/testbed/migration';
import { rehearsableOf } from '../../../rehearsal/testbed/rehearsable-of';
import type { Side, VirtualSystem } from './virtual-system';

/** Looks, after every call, at who is served and who could be written to. */
export class WatchedSides {
  readonly broken: string[] = [];
  /** Which side of a cache clients may still be connected to: rules keep out only who comes new. */
  private readonly inUse = new Set<Side>(['blue']);
  private readonly isExclusive: boolean;

  constructor(
    private readonly account: Account,
    private readonly migration: Migration,
    private readonly system: VirtualSystem,
  ) {
    this.isExclusive = rehearsableOf(migration).isExclusive;
  }

  look(): void {
    for (const record of recordsOf(this.migration)) {
      const { blue, green } = this.account.weights(record);
      if (this.account.zone.records.length > 0 && blue === 0 && green === 0)
        this.broken.push(`${record.name} has no weight`);
      if (record !== this.migration.record) continue;
      if (this.isExclusive && blue > 0 && green > 0) this.broken.push(`${record.name} leads to both sides`);
      if (blue > 0) this.inUse.add('blue');
      if (green > 0) this.inUse.add('green');
    }
    if (!this.isExclusive) return;
    const open = this.system.writable(this.account).filter(({ name, securityGroupIds }) => {
      const mayBeUsed = this.migration.kind === 'database' || this.inUse.has(name as Side);
      return mayBeUsed && this.admits(securityGroupIds);
    });
    if (open.length > 1) this.broken.push(`clients can write to ${open.map(({ name }) => name).join(' and ')}`);
  }

  /** The agent has closed clients' connections to a side; who is kept out does not come back. */
  evicted(side: Side): void {
    if (!this.admits(this.migration.sides[side].securityGroupIds)) this.inUse.delete(side);
  }

  private admits(groupIds: readonly string[]): boolean {
    const clients = new Set(this.account.clients.sources.map(({ name }) => name));
    return groupIds.some((id) =>
      this.account.ec2.securityGroups.ingress(id).some(({ source }) => clients.has(sourceText(source))),
    );
  }
}
