import type { ResourceRecordSet } from '@aws-sdk/client-route-53';

/** As Route 53 keeps names: small letters, a trailing dot, `*` as an octal code. */
export function normalizeName(name: string): string {
  const lower = name.toLowerCase().replace(/\*/g, '\\052');
  return lower.endsWith('.') ? lower : `${lower}.`;
}

/** What tells record sets of a zone apart. */
export function recordKey({ Name: name = '', Type: type, SetIdentifier: identifier }: ResourceRecordSet): string {
  return JSON.stringify([normalizeName(name), type, identifier ?? null]);
}

/** As error messages name a record set. */
export function describeRecord({ Name: name = '', Type: type, SetIdentifier: identifier }: ResourceRecordSet): string {
  const set = identifier === undefined ? '' : `, set-identifier='${identifier}'`;
  return `[name='${normalizeName(name)}', type='${type}'${set}]`;
}

/**
 * The order of lists: by the labels of the name from the right, then by type, then by set identifier.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html
 */
export function compareRecords(left: ResourceRecordSet, right: ResourceRecordSet): number {
  return (
    compareText(sortName(left.Name), sortName(right.Name)) ||
    compareText(left.Type ?? '', right.Type ?? '') ||
    compareText(left.SetIdentifier ?? '', right.SetIdentifier ?? '')
  );
}

const sortName = (name = '') => normalizeName(name).split('.').reverse().join('.');

const compareText = (left: string, right: string) => (left < right ? -1 : left > right ? 1 : 0);

export const valuesOf = (record: ResourceRecordSet): readonly string[] =>
  (record.ResourceRecords ?? []).map(({ Value }) => Value ?? '');
