/** How far a zone's clock is ahead of UTC, in minutes, and for which minutes since 1970-01-01T00:00Z. */
export interface Offset {
  readonly from: number;
  /** Not included. */
  readonly to: number;
  readonly minutes: number;
}

const DAY = 24 * 60;
/** Offsets are asked for this often: none holds for less. The shortest there are, around Ramadan in Morocco, hold for five weeks. */
const LOOK_EVERY = 7 * DAY;

/**
 * What a zone of the IANA database does to the clock. The tables are those of Node.js; a host goes by its own package tzdata,
 * which may be newer or older where a government has just changed its mind.
 */
export class Zone {
  private static readonly known = new Map<string, Zone>();

  /** Throws with what is accepted. */
  static of(name: string): Zone {
    const zone = Zone.known.get(name) ?? new Zone(name);
    Zone.known.set(name, zone);
    return zone;
  }

  private readonly clock: Intl.DateTimeFormat;

  private constructor(readonly name: string) {
    // An offset such as +09:00 would be known to Node.js, and POSIX reads it with the sign reversed.
    if (!/^[A-Z][\w+/-]*$/i.test(name)) throw new Error(notAZone(name));
    try {
      this.clock = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
      });
    } catch {
      throw new Error(notAZone(name));
    }
    // To the C library a zone is a file: it takes a name that is spelt otherwise for UTC, and says nothing.
    const spelt = Intl.supportedValuesOf('timeZone').find((each) => each.toLowerCase() === name.toLowerCase());
    if (spelt !== undefined && spelt !== name)
      throw new Error(`time zone ${name}: cron takes it for UTC; write ${spelt}`);
  }

  /** The offsets that hold from one minute to another, in order and without a gap, in pieces of at most a week. */
  *offsets(from: number, to: number): Generator<Offset> {
    let begin = from;
    let minutes = this.offsetAt(from);
    while (begin < to) {
      const look = Math.min(begin + LOOK_EVERY, to);
      const then = this.offsetAt(look);
      const end = then === minutes ? look : this.changeBetween(begin, look, minutes);
      yield { from: begin, to: end, minutes };
      begin = end;
      minutes = then;
    }
  }

  /** The first minute that the offset does not hold at; it holds at `low` and not at `high`. */
  private changeBetween(low: number, high: number, minutes: number): number {
    if (high - low === 1) return high;
    const middle = Math.floor((low + high) / 2);
    return this.offsetAt(middle) === minutes
      ? this.changeBetween(middle, high, minutes)
      : this.changeBetween(low, middle, minutes);
  }

  private offsetAt(minute: number): number {
    const shown = Object.fromEntries(
      this.clock.formatToParts(minute * 60_000).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 0, day = 0, hour = 0, minute: ofHour = 0 } = shown;
    return Date.UTC(year, month - 1, day, hour, ofHour) / 60_000 - minute;
  }
}

function notAZone(name: string): string {
  return `time zone ${name}: there is none of that name; accepted are names of the IANA database, such as Europe/Berlin or UTC`;
}
