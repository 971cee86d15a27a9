import type { Change, ResourceRecordSet } from '@aws-sdk/client-route-53';
import type { RecordProperties, RelayProperties } from './record-properties';
import { leadsToRelay, replaced } from './record-sets';
import { Refusal } from './refusal';

/** What there is of a record and of the name that its relay has. */
export interface FoundOfRelay {
  /** The record's entries. */
  readonly entries: readonly ResourceRecordSet[];
  /** What the relay's name has. */
  readonly sets: ResourceRecordSet[];
}

/**
 * Has the relay's name lead to the host that is there now; `wanted` undefined: it is to go. While the record leads clients to
 * the relay its host must stay, so that this is refused before CloudFormation ends the host.
 */
export function relayNamed(
  { entries, sets }: FoundOfRelay,
  { recordName, ttlSeconds }: RecordProperties,
  wanted: RelayProperties | undefined,
): Change[] {
  const [found] = sets;
  if (sets.length > 1 || (found !== undefined && (found.Type !== 'A' || found.SetIdentifier !== undefined))) {
    throw new Refusal(
      `${found?.Name} has ${sets.map(({ Type }) => `a ${Type} record`).join(' and ')}; accepted are no record, or the one of an earlier deploy. Remove the others first: the relay needs the name.`,
    );
  }
  const address = found?.ResourceRecords?.[0]?.Value;
  if (address !== wanted?.address && leadsToRelay(entries)) {
    throw new Refusal(
      `${recordName} leads to the relay on the migration host ${address}, and this deploy would end that host. Let the execution end, or start {"action":"recover"}, and deploy again.`,
    );
  }
  if (wanted === undefined) return replaced(sets, []);
  if (address === wanted.address && found?.TTL === ttlSeconds) return [];
  return replaced(sets, [
    { Name: wanted.name, Type: 'A', TTL: ttlSeconds, ResourceRecords: [{ Value: wanted.address }] },
  ]);
}

/** Changes nothing, and is refused where the relay's entry has changed since. */
export function relayUnchanged(entries: readonly ResourceRecordSet[]): Change[] {
  const own = entries.filter(({ SetIdentifier }) => SetIdentifier === 'relay');
  return replaced(own, own);
}
