import type { Dialect } from './dialect';
import { type Fields, parseFields } from './fields';
import { cronZoneOccurrences, hostOccurrences } from './occurrences';
import { CronSyntaxError } from './syntax-error';
import { type Word, wordsOf } from './words';
import { Zone } from './zone';

/** A run that a schedule asks for. */
export interface Slot {
  /** The minute that cron starts the run in. */
  readonly at: Date;
  /**
   * The minute that the line names, on the wall clock that it goes by: `2026-03-29T02:30`. Where clocks are put forward, runs of
   * the minutes that are left out are all due `at` the change, and this tells them apart. cron starts them ten seconds after
   * each other.
   */
  readonly wallClock: string;
}

export interface ScheduleProps {
  readonly dialect: Dialect;
  /** The time zone of the host, which cron goes by. @default UTC */
  readonly timeZone?: string;
  /**
   * What CRON_TZ says where the line stands; cronie alone goes by it. Such a line is judged by the clock of this zone, and has no
   * protection where that is changed: what is due in the hour left out never runs, and in the hour that comes twice it runs twice.
   * And where the *host's* clock is put back, a line without `*` in minute and hour does not run for that hour; where it is put
   * forward, one may be left out in the minutes in which cron makes up for others. A host whose zone is UTC has neither.
   * @default the host's time zone
   */
  readonly cronTimeZone?: string;
}

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
};
const AT_BOOT = '@reboot';

const MINUTE = 60_000;
const DAY = 24 * 60;
/** The 29th of February on a given weekday is at most 40 years away, over a year such as 2100. */
const HORIZON = 41 * 366 * DAY;

/**
 * When cron runs a line: cronie or Debian's cron, whose parsing and matching code this was compared with, line by line and minute
 * by minute.
 */
export class Schedule {
  /** The time fields of a line, or a nickname such as `@daily`. Throws a `CronSyntaxError`. */
  static parse(text: string, props: ScheduleProps): Schedule {
    const words = wordsOf(text);
    const { schedule, taken } = Schedule.begin(words, props);
    const next = words[taken];
    if (next) {
      throw new CronSyntaxError(
        `nothing may follow ${schedule.text}, but there is ${next.text}; cron has no field of seconds or years`,
        next.column,
      );
    }
    return schedule;
  }

  /** The schedule that a line begins with, and how many of the words that are. Throws a `CronSyntaxError`. */
  static begin(words: readonly Word[], props: ScheduleProps): { readonly schedule: Schedule; readonly taken: number } {
    const [first] = words;
    if (!first?.text.startsWith('@')) {
      const text = words.slice(0, 5).map((word) => word.text);
      return { schedule: new Schedule(text.join(' '), parseFields(words, props.dialect), props), taken: 5 };
    }
    const nickname = first.text;
    const meant = NICKNAMES[nickname];
    if (meant === undefined && nickname !== AT_BOOT) {
      const all = [...Object.keys(NICKNAMES), AT_BOOT].join(', ');
      throw new CronSyntaxError(`${nickname}: accepted are ${all}, in lower case`, first.column);
    }
    const fields = meant === undefined ? undefined : parseFields(wordsOf(meant), props.dialect);
    return { schedule: new Schedule(nickname, fields, props), taken: 1 };
  }

  private readonly hostZone: Zone;
  private readonly cronZone: Zone | undefined;

  private constructor(
    /** The fields with one blank between, or the nickname. */
    readonly text: string,
    private readonly fields: Fields | undefined,
    props: ScheduleProps,
  ) {
    this.hostZone = Zone.of(props.timeZone ?? 'UTC');
    const { cronTimeZone, dialect } = props;
    this.cronZone = cronTimeZone === undefined || dialect === 'debian' ? undefined : Zone.of(cronTimeZone);
  }

  /** `@reboot`: runs when the host starts, and has no slots. */
  get atBoot(): boolean {
    return this.fields === undefined;
  }

  /** All slots from one moment on and before another, in the order in which cron starts them. */
  slotsBetween(from: Date, to: Date): Slot[] {
    return [...this.slots(Math.ceil(from.getTime() / MINUTE), Math.ceil(to.getTime() / MINUTE))];
  }

  /** The next slots from a moment on. Fewer where there are no more within 40 years: `0 0 31 2 *` never runs. */
  nextSlots(from: Date, count: number): Slot[] {
    const begin = Math.ceil(from.getTime() / MINUTE);
    const found: Slot[] = [];
    for (const slot of this.slots(begin, begin + HORIZON)) {
      if (found.length >= count) break;
      found.push(slot);
    }
    return found;
  }

  /** Whether cron starts the line in this minute. */
  matches(minute: Date): boolean {
    const begin = Math.floor(minute.getTime() / MINUTE);
    return !this.slots(begin, begin + 1).next().done;
  }

  private *slots(from: number, to: number): Generator<Slot> {
    const { fields } = this;
    if (!fields) return;
    const all = this.cronZone
      ? cronZoneOccurrences(fields, this.cronZone, this.hostZone, from, to)
      : hostOccurrences(fields, this.hostZone, from, to);
    for (const { at, wall } of all) {
      if (at >= to) return;
      if (at >= from)
        yield { at: new Date(at * MINUTE), wallClock: new Date(wall * MINUTE).toISOString().slice(0, 16) };
    }
  }
}
