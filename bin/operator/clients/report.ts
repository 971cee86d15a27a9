/** Whether a consumer follows when the record changes; `unknown` where only its connections were seen. */
export type MovesByDns = 'yes' | 'no' | 'unknown';

/** Something that was seen of a consumer. */
export interface Sighting {
  /** `ECS service shop/web`, `EC2 instance batch-1 (i-…)`. */
  readonly consumer: string;
  readonly evidence: string;
  /** Absent: it is so as long as nobody changes it. */
  readonly lastSeen?: Date;
  readonly moves: MovesByDns;
}

export interface Consumer {
  readonly consumer: string;
  readonly evidence: readonly string[];
  /** ISO 8601; absent of what is only configured. */
  readonly lastSeen?: string;
  readonly movesByDns: MovesByDns;
}

export interface NotLookedAt {
  readonly what: string;
  readonly why: string;
}

export interface ClientsReport {
  readonly migration: string;
  readonly activeSide: string;
  /** Names that were looked for. */
  readonly records: readonly string[];
  /** How far back logs were read. */
  readonly days: number;
  readonly consumers: readonly Consumer[];
  readonly notLookedAt: readonly NotLookedAt[];
}

/** One row a consumer. Whatever of it does not move by DNS, it has to be changed: that outweighs what does. */
export function consumersOf(sightings: readonly Sighting[]): Consumer[] {
  const rows = new Map<string, Sighting[]>();
  for (const sighting of sightings) rows.set(sighting.consumer, [...(rows.get(sighting.consumer) ?? []), sighting]);
  return [...rows]
    .map(([consumer, seen]) => {
      const lastSeen = seen.flatMap((each) => each.lastSeen ?? []).sort((one, other) => +other - +one)[0];
      return {
        consumer,
        evidence: [...new Set(seen.map(({ evidence }) => evidence))],
        ...(lastSeen !== undefined && { lastSeen: lastSeen.toISOString() }),
        movesByDns: movesOf(seen),
      };
    })
    .sort(
      (one, other) =>
        ORDER.indexOf(one.movesByDns) - ORDER.indexOf(other.movesByDns) || one.consumer.localeCompare(other.consumer),
    );
}

/** What needs somebody comes first. */
const ORDER: readonly MovesByDns[] = ['no', 'unknown', 'yes'];

function movesOf(seen: readonly Sighting[]): MovesByDns {
  const all = seen.map(({ moves }) => moves);
  return all.includes('no') ? 'no' : all.includes('yes') ? 'yes' : 'unknown';
}
