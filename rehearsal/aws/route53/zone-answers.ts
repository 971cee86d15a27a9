import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { canonicalName, type RecordSet, type RecordType, type Zone } from '../../network/zone';
import type { Clock } from '../clock';
import type { HostedZone } from './hosted-zone';
import { valuesOf } from './record-set';

/** A hosted zone as its name servers answer for it: what is PENDING is not seen yet. */
export class ZoneAnswers implements Zone {
  readonly apex: string;

  constructor(
    private readonly zone: HostedZone,
    private readonly clock: Clock,
    /** Answers are kept for no longer than this. @default - as long as the records say */
    private readonly mostTtlSeconds = Number.POSITIVE_INFINITY,
  ) {
    this.apex = canonicalName(zone.name);
  }

  recordSets(name: string): readonly RecordSet[] {
    return this.zone
      .recordsInSync(this.clock.now())
      .filter((record) => canonicalName(record.Name ?? '') === canonicalName(name))
      .flatMap(toRecordSet)
      .map((set) => ({ ...set, ttl: Math.min(set.ttl, this.mostTtlSeconds) }));
  }
}

/** The SOA record is the server's own affair. */
function toRecordSet(record: ResourceRecordSet): RecordSet[] {
  if (!isServed(record.Type)) {
    return [];
  }
  return [
    {
      name: canonicalName(record.Name ?? ''),
      type: record.Type,
      ttl: record.TTL ?? 0,
      values: valuesOf(record).map((value) => (record.Type === 'TXT' ? value.replace(/^"|"$/g, '') : value)),
      ...(record.SetIdentifier !== undefined && { setIdentifier: record.SetIdentifier }),
      ...(record.Weight !== undefined && { weight: record.Weight }),
    },
  ];
}

const isServed = (type: string | undefined): type is RecordType =>
  ['A', 'AAAA', 'CNAME', 'TXT', 'SRV', 'MX', 'NS'].includes(type ?? '');
