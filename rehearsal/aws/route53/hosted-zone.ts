import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { applyChanges, type RecordSets } from './change-batch';
import { normalizeName, recordKey } from './record-set';

interface State {
  /** When every Route 53 server answers with it. Milliseconds since the epoch. */
  readonly inSyncAt: number;
  readonly records: RecordSets;
}

/** A hosted zone: what the API says of it at once, and what its name servers answer once a change is in sync. */
export class HostedZone {
  /** With a trailing dot. */
  readonly name: string;
  private readonly history: State[];

  constructor(
    /** e.g. `Z0123456789ABCDEFGHIJ`. */
    readonly id: string,
    name: string,
    readonly isPrivate: boolean,
  ) {
    this.name = normalizeName(name);
    const apex: readonly ResourceRecordSet[] = [
      {
        Name: this.name,
        Type: 'NS',
        TTL: 172_800,
        ResourceRecords: ['ns-0.awsdns-00.com.', 'ns-512.awsdns-00.net.'].map((Value) => ({ Value })),
      },
      {
        Name: this.name,
        Type: 'SOA',
        TTL: 900,
        ResourceRecords: [{ Value: 'ns-0.awsdns-00.com. awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400' }],
      },
    ];
    this.history = [{ inSyncAt: 0, records: new Map(apex.map((record) => [recordKey(record), record])) }];
  }

  /** What the API lists: changes that are PENDING too. @see docs/aws-facts.md#route53-list-current */
  get records(): readonly ResourceRecordSet[] {
    return [...this.latest.records.values()];
  }

  /** @throws AwsError InvalidChangeBatch, and nothing is changed. */
  change(changes: readonly Change[], inSyncAt: number): void {
    this.history.push({ inSyncAt, records: applyChanges(this.latest.records, changes, this.name) });
  }

  /** What the zone's name servers answer at a time: the last change that is in sync by then. */
  recordsInSync(now: number): readonly ResourceRecordSet[] {
    const state = this.history.findLast(({ inSyncAt }) => inSyncAt <= now);
    return [...(state?.records.values() ?? [])];
  }

  private get latest(): State {
    const last = this.history.at(-1);
    if (last === undefined) {
      throw new Error('A hosted zone begins with its SOA and NS records.');
    }
    return last;
  }
}
