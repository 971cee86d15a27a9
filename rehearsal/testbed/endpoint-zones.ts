import { StaticZone } from '../network/static-zone';
import type { Zone } from '../network/zone';
import type { Side } from '../report/result';
import type { MovedRecord } from './migration';

/**
 * The endpoints that records lead to. All of a side lead to the same server here.
 *
 * @param isAway - whether a name leads nowhere now
 */
export function endpointZones(
  records: readonly MovedRecord[],
  addressOf: (side: Side) => string,
  isAway: (name: string) => boolean = () => false,
): Zone[] {
  const addresses = records.flatMap(({ targets, trialTargets }) => [
    [targets.blue, addressOf('blue')] as const,
    ...[targets.green, ...trialTargets].map((name) => [name, addressOf('green')] as const),
  ]);
  return [...new Map(addresses)].map(([name, address]) => new EndpointZone(name, address, () => isAway(name)));
}

/** Seconds. */
const NO_SUCH_NAME = 5;

/** One endpoint's name, which leads nowhere while nothing is behind it. */
class EndpointZone extends StaticZone {
  readonly noSuchNameSeconds = NO_SUCH_NAME;

  constructor(
    name: string,
    address: string,
    private readonly isAway: () => boolean,
  ) {
    super(name, { [name]: address });
  }

  override recordSets(name: string) {
    return this.isAway() ? [] : super.recordSets(name);
  }
}
