import { StaticZone } from '../network/static-zone';
import type { Zone } from '../network/zone';
import type { Side } from '../report/result';
import type { MovedRecord } from './migration';

/** The endpoints that records lead to. Writers' and readers' endpoints of a side lead to the same server here. */
export function endpointZones(records: readonly MovedRecord[], addressOf: (side: Side) => string): Zone[] {
  const addresses = records.flatMap(({ targets }) =>
    (['blue', 'green'] as const).map((side) => [targets[side], addressOf(side)] as const),
  );
  return [...new Map(addresses)].map(([name, address]) => new StaticZone(name, { [name]: address }));
}
