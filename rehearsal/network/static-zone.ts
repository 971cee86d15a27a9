import { canonicalName, type RecordSet, type Zone } from './zone';

/** Addresses that nobody changes, e.g. of the endpoints AWS names (`*.cache.amazonaws.com`). */
export class StaticZone implements Zone {
  readonly apex: string;
  private readonly sets = new Map<string, RecordSet>();

  /** @param ttl - seconds; ElastiCache's own endpoint names have 15 */
  constructor(
    apex: string,
    addresses: Readonly<Record<string, string>>,
    private readonly ttl = 15,
  ) {
    this.apex = canonicalName(apex);
    for (const [name, address] of Object.entries(addresses)) this.set(name, address);
  }

  set(name: string, address: string): void {
    const canonical = canonicalName(name);
    if (canonical !== this.apex && !canonical.endsWith(`.${this.apex}`)) {
      throw new Error(`${name} is not in the zone ${this.apex}.`);
    }
    this.sets.set(canonical, { name: canonical, type: 'A', ttl: this.ttl, values: [address] });
  }

  recordSets(name: string): readonly RecordSet[] {
    const found = this.sets.get(canonicalName(name));
    return found ? [found] : [];
  }
}
