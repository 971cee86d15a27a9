/** Types that a zone here may hold. */
export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'TXT' | 'SRV' | 'MX' | 'NS';

/** A Route 53 resource record set, simple or one of a weighted group. Names are compared without case and trailing dot. */
export interface RecordSet {
  readonly name: string;
  readonly type: RecordType;
  /** Seconds. */
  readonly ttl: number;
  /** As Route 53 writes them: an address, a target name, a text without quotes. */
  readonly values: readonly string[];
  /** Of a weighted record; absent on a simple one. */
  readonly setIdentifier?: string;
  /** 0–255. */
  readonly weight?: number;
}

/** A private zone as its keeper has it **now** (changes that are still PENDING are for the keeper to hold back). */
export interface Zone {
  /** The zone's own name, e.g. `internal.example`. */
  readonly apex: string;
  /** How long resolvers keep that there is no such name, in seconds. @default - as Route 53's hosted zones have it: 900 */
  readonly noSuchNameSeconds?: number;
  /** Every record set of the name, of whatever type. */
  recordSets(name: string): readonly RecordSet[];
}

/** A name without its trailing dot, in small letters: names of one meaning compare equal. */
export function canonicalName(name: string): string {
  return name.replace(/\.$/, '').toLowerCase();
}
