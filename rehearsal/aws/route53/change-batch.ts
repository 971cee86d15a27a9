import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError } from '../aws-error';
import { checkRecordSet } from './record-rules';
import { describeRecord, normalizeName, recordKey, valuesOf } from './record-set';

/** A zone's record sets by their key. */
export type RecordSets = ReadonlyMap<string, ResourceRecordSet>;

/** Changes of one request, at most. @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html */
const MAX_RECORDS = 1000;

/**
 * What a zone holds after a batch: all of it, or nothing. Changes are looked at in their order, against what the ones
 * before left.
 *
 * @throws AwsError InvalidChangeBatch with everything that is wrong
 */
export function applyChanges(current: RecordSets, changes: readonly Change[], zoneName: string): RecordSets {
  const count = changes.reduce(
    // An UPSERT counts twice.
    (sum, { Action, ResourceRecordSet: record }) =>
      sum + (Action === 'UPSERT' ? 2 : 1) * (record?.ResourceRecords ?? []).length,
    0,
  );
  if (changes.length === 0 || count > MAX_RECORDS) {
    throw invalidBatch([`Number of records limit of ${MAX_RECORDS} exceeded.`]);
  }
  refuseContradictions(changes);
  const records = new Map(current);
  const problems = changes.flatMap((change) => applyChange(records, change, zoneName));
  if (problems.length > 0) {
    throw invalidBatch(problems);
  }
  return records;
}

const invalidBatch = (problems: readonly string[]) => new AwsError('InvalidChangeBatch', `[${problems.join(', ')}]`);

/** Of one record set, a batch may DELETE what is there and then CREATE it again, and nothing else twice. */
function refuseContradictions(changes: readonly Change[]): void {
  const actions = new Map<string, string[]>();
  for (const { Action: action = '', ResourceRecordSet: record = emptyRecord } of changes) {
    const before = actions.get(recordKey(record)) ?? [];
    if (before.length > 0 && !(before.length === 1 && before[0] === 'DELETE' && action === 'CREATE')) {
      throw new AwsError(
        'InvalidChangeBatch',
        `[The request contains an invalid set of changes for a resource record set '${record.Type} ${normalizeName(record.Name ?? '')}']`,
      );
    }
    actions.set(recordKey(record), [...before, action]);
  }
}

const emptyRecord: ResourceRecordSet = { Name: '', Type: 'A' };

function applyChange(records: Map<string, ResourceRecordSet>, change: Change, zoneName: string): readonly string[] {
  const record = normalize(change.ResourceRecordSet ?? emptyRecord);
  const problems = checkRecordSet(record, zoneName);
  if (problems.length > 0) {
    return problems;
  }
  return change.Action === 'DELETE'
    ? remove(records, record, zoneName)
    : put(records, record, change.Action === 'CREATE', zoneName);
}

function put(
  records: Map<string, ResourceRecordSet>,
  record: ResourceRecordSet,
  create: boolean,
  zoneName: string,
): readonly string[] {
  const key = recordKey(record);
  if (create && records.has(key)) {
    return [`Tried to create resource record set ${describeRecord(record)} but it already exists`];
  }
  // @see docs/aws-facts.md#route53-cname-alone
  const sameName = [...records.values()].filter(({ Name }) => Name === record.Name);
  if (sameName.some(({ Type }) => (Type === 'CNAME') !== (record.Type === 'CNAME'))) {
    return [
      `RRSet of type ${record.Type} with DNS name ${record.Name} is not permitted as it conflicts with other records with the same DNS name in zone ${zoneName}`,
    ];
  }
  const group = sameName.filter(({ Type }) => Type === record.Type);
  const conflict = checkGroup(record, group);
  if (conflict !== undefined) {
    return [conflict];
  }
  records.set(key, record);
  // One group has one TTL: the last one written holds for all.
  for (const sibling of record.SetIdentifier === undefined ? [] : group) {
    records.set(recordKey(sibling), { ...(records.get(recordKey(sibling)) ?? sibling), TTL: record.TTL });
  }
  return [];
}

/**
 * Of one name and type there is either one simple record set, or a group of weighted ones.
 *
 * @see docs/aws-facts.md#cloudformation-record-set
 */
function checkGroup(record: ResourceRecordSet, group: readonly ResourceRecordSet[]): string | undefined {
  if (record.SetIdentifier === undefined && group.some(({ SetIdentifier }) => SetIdentifier !== undefined)) {
    return `RRSet with DNS name ${record.Name}, type ${record.Type} cannot be created as other RRSets exist with the same name and type.`;
  }
  if (record.SetIdentifier !== undefined && group.some(({ SetIdentifier }) => SetIdentifier === undefined)) {
    return `RRSet with DNS name ${record.Name}, type ${record.Type}, SetIdentifier ${record.SetIdentifier}, and Weight=${record.Weight} cannot be created because a non-weighted RRSet with the same name and type already exists.`;
  }
  return undefined;
}

/** What is deleted must be described exactly as it is. @see docs/aws-facts.md#route53-delete-exactly */
function remove(
  records: Map<string, ResourceRecordSet>,
  record: ResourceRecordSet,
  zoneName: string,
): readonly string[] {
  const current = records.get(recordKey(record));
  if (current === undefined) {
    return [`Tried to delete resource record set ${describeRecord(record)} but it was not found`];
  }
  if (record.Name === zoneName && (record.Type === 'SOA' || record.Type === 'NS')) {
    return [`A HostedZone must contain at least one NS record and exactly one SOA record for the zone itself.`];
  }
  if (!isSame(current, record)) {
    return [
      `Tried to delete resource record set ${describeRecord(record)} but the values provided do not match the current values`,
    ];
  }
  records.delete(recordKey(record));
  return [];
}

function isSame(left: ResourceRecordSet, right: ResourceRecordSet): boolean {
  const facts = (record: ResourceRecordSet) =>
    JSON.stringify([record.TTL, record.Weight ?? null, [...valuesOf(record)].sort()]);
  return facts(left) === facts(right);
}

const normalize = (record: ResourceRecordSet): ResourceRecordSet => ({
  ...record,
  Name: normalizeName(record.Name ?? ''),
});
