import { canonicalName, type RecordSet, type Zone } from '../../network/zone';
import type { Side } from '../../report/result';

/** Seconds; as RDS gives its endpoints. */
const TTL = 5;

/** RDS's endpoints, which it gives to other servers and takes away as it renames. */
export class RdsZone implements Zone {
  readonly apex = 'rds.amazonaws.com';
  /**
   * AWS does not say; here as long as a name that is there.
   *
   * @see docs/aws-facts.md#rds-no-such-name
   */
  readonly noSuchNameSeconds = TTL;

  constructor(
    private readonly sideOf: (name: string) => Side | undefined,
    private readonly addressOf: (side: Side) => string,
  ) {}

  recordSets(name: string): readonly RecordSet[] {
    const side = this.sideOf(canonicalName(name));
    return side === undefined
      ? []
      : [{ name: canonicalName(name), type: 'A', ttl: TTL, values: [this.addressOf(side)] }];
  }
}
