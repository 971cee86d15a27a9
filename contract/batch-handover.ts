/**
 * How a cron job moves between an old server, **blue**, and a batch host, **green**. Each host has a program that the state
 * machine starts by Run Command: `COMMAND key=value …` goes to it, one line of JSON comes back. docs/batch-handover.md says
 * what is asked when, and why nothing starts twice.
 *
 * A list of values is written `a,b,c`; what is absent is left out. No value has a blank.
 */

/** A moment, to the second, in UTC: `2026-11-30T09:05:30Z`. */
export type Moment = string;

/** A minute in which cron starts a job, in UTC: `2026-11-30T09:05Z`. Where clocks change, one minute may be due several times. */
export type SlotMinute = string;

/** From when on slots are a side's, or are not. Of the cuts that were due by a slot's minute, that of the highest epoch decides. */
export interface Cut {
  /** Counts the decisions about a job, from 1 on. */
  readonly epoch: number;
  /** At second 30 of a minute: slots of that minute and before are on the one side of it, later ones on the other. */
  readonly cut: Moment;
  /** Whether the side that is told starts slots after it. */
  readonly runs: YesOrNo;
}

export type YesOrNo = 'yes' | 'no';

/** What every command carries. */
interface CommandBase {
  readonly job: string;
  /** When it was sent, by the sender's clock. A host whose clock is more than `MAX_CLOCK_DIFFERENCE_SECONDS` behind refuses. */
  readonly sent: Moment;
  /** By the host's clock. What arrives later changes nothing, and is answered with `late`. */
  readonly deadline: Moment;
}

/** What changes something carries the epoch that it belongs to as well: one that is lower than the host's is `stale`. */
interface ChangeBase extends CommandBase {
  readonly epoch: number;
}

/** Where a job's line stands on blue. The line itself is never sent: it may hold a password. */
export interface BlueLine {
  /** e.g. `/etc/cron.d/shop`, `/var/spool/cron/crontabs/reports`. */
  readonly file: string;
  /** SHA-256 of the line without its line break, hexadecimal. */
  readonly sha256: string;
  /** Whom the job runs as. */
  readonly user: string;
  /** Whether the file has a column of users: `/etc/crontab` and the files of `/etc/cron.d`. */
  readonly userColumn: YesOrNo;
}

// --- Commands to blue ---

export type BlueCommand = BlueLook | BlueGuard | BlueSettle | BlueRunOwed | BlueUnguard | BlueRetire;

/** Changes nothing. */
export interface BlueLook extends CommandBase, BlueLine {
  readonly command: 'look';
  /** Which runs and refusals are told: of slots from this one on. Absent: none. */
  readonly since?: SlotMinute;
  /** Whether it is looked at as well whether a guard could be put before the line. */
  readonly check?: YesOrNo;
}

/**
 * Says who starts slots after the cut. `runs=no` puts the guard before the line if it is not there; the deadline is two
 * minutes before the cut. Nothing is proved until `readAt` is in an answer, no later than the cut. `runs=yes` leaves a line
 * without guard alone.
 */
export interface BlueGuard extends ChangeBase, BlueLine, Cut {
  readonly command: 'guard';
}

/**
 * After the cut: from now on no slot before it is started here that is not in the answer, with `started` since `completeSince`
 * and `running`. Ask until `deciding` is 0, and `running` too unless runs may overlap.
 */
export interface BlueSettle extends ChangeBase, BlueLine {
  readonly command: 'settle';
  readonly cut: Moment;
}

/**
 * Cron starts what blue's guard refused since a minute of slots that are blue's, and the slots that green left, one after another:
 * ask until `owed.pending` is 0.
 */
export interface BlueRunOwed extends ChangeBase, BlueLine {
  readonly command: 'runOwed';
  /**
   * The first slot that may be owed. Back from green: the first after the cut. A guard taken back: `completeSince` of its
   * answer, or 25 minutes before its cut.
   */
  readonly since: SlotMinute;
  /** What green left of slots before the cut: `GreenAnswer.left`. */
  readonly slots?: readonly SlotMinute[];
  readonly late: Late;
  /** Whether one is started while another run of the job goes on. */
  readonly overlap: YesOrNo;
}

/** Makes the line what it was, byte for byte. Refused (`notBlues`) where blue does not start the slots to come. */
export interface BlueUnguard extends ChangeBase, BlueLine {
  readonly command: 'unguard';
}

/** Comments the line out. `unguard` undoes it. Refused (`notGreens`) where blue starts the slots to come. */
export interface BlueRetire extends ChangeBase, BlueLine {
  readonly command: 'retire';
}

// --- Commands to green ---

export type GreenCommand = GreenLook | GreenGate | GreenSettle | GreenOwed | GreenRunNow;

/** Changes nothing. */
export interface GreenLook extends CommandBase {
  readonly command: 'look';
  readonly since?: SlotMinute;
  /** Whether it is looked at as well what would keep the job from a run: `unready`. */
  readonly check?: YesOrNo;
}

/** Says whether this host starts slots after the cut. */
export interface GreenGate extends ChangeBase, Cut {
  readonly command: 'gate';
}

/**
 * After the cut: no slot before it and from `since` on is started here any more that has not been: those are claimed,
 * and told in `left`. Ask until `running` is 0, unless runs may overlap.
 */
export interface GreenSettle extends ChangeBase {
  readonly command: 'settle';
  readonly cut: Moment;
  /** The first slot that may be left: after the cut that gave the job to this host. */
  readonly since: SlotMinute;
}

/**
 * Starts, once each by a claim, what is due in `since` … now and has not been started: before the cut what blue's ledger has
 * not (`started`), after it what this host has not. What `settle` of that same cut has left is this host's again. Ask until
 * `owed.pending` is 0.
 */
export interface GreenOwed extends ChangeBase {
  readonly command: 'owed';
  readonly cut: Moment;
  /** The first slot that blue's ledger is complete from: `BlueAnswer.completeSince`. */
  readonly since: SlotMinute;
  /** What blue has started of it: `BlueAnswer.started`. */
  readonly started?: readonly SlotMinute[];
}

/** One run beside the schedule, started once however often the command arrives. */
export interface GreenRunNow extends ChangeBase {
  readonly command: 'runNow';
  /** Tells this run from others: letters and digits. */
  readonly id: string;
}

// --- Answers ---

/** What becomes of slots that passed while a job moved. */
export type Late = 'each' | 'newest' | 'none';

export type AnswerKind =
  /** Done, now or before. */
  | 'ok'
  /** It came after its deadline, and changed nothing. */
  | 'late'
  /** The host has a higher epoch, or the same with other content: nothing was changed. */
  | 'stale'
  /** What follows upon a cut, and the host was not told of that epoch yet: tell it the cut first. */
  | 'unknownEpoch'
  /** Another command works on this host, or slots that are owed are not all started. Ask again. */
  | 'busy'
  /** It is before the cut by the host's clock. Ask again. */
  | 'early'
  /** The host's clock is behind the sender's. */
  | 'clockBehind'
  /** The command cannot be read: an argument is missing or not as accepted. */
  | 'invalid'
  /** It began, and could not be done: `problem` says why. */
  | 'failed'
  /** Green: the host's list has no such job. */
  | 'unknownJob'
  /** Green: `runNow` while this host does not start the job's slots. */
  | 'closed'
  /** Green: another instance holds the host's lease. */
  | 'noLease'
  /** Blue: no file, or no line of that hash. */
  | 'notFound'
  /** Blue: the line that had the guard was edited by somebody else. */
  | 'changed'
  /** Blue: the line stands there twice. */
  | 'twice'
  /** Blue: `SHELL` above the line is not one of sh, bash, dash, ash, ksh, mksh, zsh. */
  | 'shell'
  /** Blue: the line is for anacron, which starts by itself what it thinks was missed. */
  | 'anacron'
  /** Blue: with the guard the command would have more than 998 bytes, and Debian's cron would refuse the whole file. */
  | 'tooLong'
  /** Blue: the file is a symbolic link, or no file; cron would not take what would be put in its place. */
  | 'notAFile'
  /** Blue: the host has no user of that name. */
  | 'noUser'
  /** Blue: `flock` or `sha256sum` is missing. */
  | 'missingTool'
  /** Blue: `unguard` while green starts the slots to come. */
  | 'notBlues'
  /** Blue: `retire` while blue starts the slots to come. */
  | 'notGreens';

interface AnswerBase {
  readonly answer: AnswerKind;
  readonly command: string;
  readonly job: string;
  /** The host's clock. More than `MAX_CLOCK_DIFFERENCE_SECONDS` after the answer came: clocks are apart. */
  readonly clock: Moment;
  /** What was got, what is accepted, what to do; where `answer` does not say it. At most 300 characters. */
  readonly problem?: string;
  /** The highest epoch that the host was told, 0 where it was told none. */
  readonly epoch?: number;
  /** Who starts the slots of this minute's end and later, as far as the host knows. */
  readonly runs?: YesOrNo;
  /** The cut of `epoch`. */
  readonly cut?: Moment;
  /** Since when that cut holds here: it was read back then, on blue with the guard before the line. Absent: it does not hold. */
  readonly placedAt?: Moment;
}

/** A list of at most `MAX_LISTED` entries, the newest; how many there are is said in the figure beside it. */
export type Listed<T> = readonly T[];

export interface OwedAnswer {
  /** To be started yet, or running. */
  readonly pending: number;
  /** Claimed and started, in this command or before. */
  readonly started: Listed<SlotMinute>;
  /** Not started because of `late`, or because somebody else had claimed them. */
  readonly leftOut: Listed<SlotMinute>;
  /** How many of each. */
  readonly startedCount: number;
  readonly leftOutCount: number;
}

/** What blue says, `look` and all others, where `answer` is `ok`. */
export interface BlueAnswer extends AnswerBase {
  /** How the line stands in its file. */
  readonly line?: 'plain' | 'guarded' | 'retired';
  /**
   * The first minute in which cron surely went by the line with the guard: it has started another line that came in the same
   * write. Absent: nothing proves that cron has read it.
   */
  readonly readAt?: SlotMinute;
  /**
   * The first slot of which a start is surely in the ledger, if there was one: `readAt`, and of `settle` no more than 25 minutes
   * before the cut.
   */
  readonly completeSince?: SlotMinute;
  /** Starts that the guard has begun to judge and not ended. */
  readonly deciding?: number;
  /** Runs that go on. */
  readonly running?: number;
  /** Since `since`, an entry a start. */
  readonly started?: Listed<SlotMinute>;
  readonly startedCount?: number;
  /** Since `since`, an entry a start that the guard has refused. */
  readonly refused?: Listed<SlotMinute>;
  readonly refusedCount?: number;
  readonly owed?: OwedAnswer;
  /** Where `answer` is `shell`: what SHELL says. */
  readonly shell?: string;
}

/** What green says, where `answer` is `ok`. */
export interface GreenAnswer extends AnswerBase {
  /** Who holds the host's lease, as far as this host can read it. */
  readonly holder?: string;
  readonly instance?: string;
  /** The revision that runs take: another after each deploy that changed something. */
  readonly revision?: string;
  /** Slots that are claimed and not over. */
  readonly running?: number;
  /** Runs of slots since `since`, or by hand since then; newest first, at most `MAX_RUNS`. */
  readonly lastRuns?: readonly GreenRun[];
  /** How many since `since`. */
  readonly lastRunsCount?: number;
  /** Of `settle`: slots that this host has claimed and will not start. */
  readonly left?: Listed<SlotMinute>;
  readonly leftCount?: number;
  /** Of `settle`: of its slots, how many it told as missed instead: it leaves `MAX_LISTED` at the most. */
  readonly missedCount?: number;
  readonly owed?: OwedAnswer;
  /** The next slot of the schedule. */
  readonly next?: SlotMinute;
  /** Of a `look` that checks. */
  readonly unready?: Unready;
}

/** What would keep a job from a run, a sentence each. */
export interface Unready {
  /** A secret that cannot be read, or has no such field. */
  readonly secret?: string;
  /** The host has no such user. */
  readonly user?: string;
}

export interface GreenRun {
  /** The slot's minute; `by hand` of runs beside the schedule, `at boot`. */
  readonly slot: SlotMinute | 'by hand' | 'at boot';
  /** `succeeded` says that the job's criterion was met. */
  readonly state: 'waiting' | 'running' | 'succeeded' | 'failed' | 'timed-out' | 'died' | 'skipped' | 'missed';
  readonly at: Moment;
  readonly exitCode?: number;
  /** Of `runNow`. */
  readonly id?: string;
}

/** The guard is to be there this long before the cut: cron reads its crontabs once a minute. */
export const GUARD_LEAD_SECONDS = 120;

export const MAX_CLOCK_DIFFERENCE_SECONDS = 5;

/** ListCommandInvocations cuts a command's output after 2,500 characters. */
export const MAX_ANSWER_CHARACTERS = 2_000;

/** Of a sentence in an answer. Characters. */
export const MAX_PROBLEM = 300;

export const MAX_LISTED = 30;

export const MAX_RUNS = 10;

/** What a program is told as arguments, in a document's parameter: no shell takes any of it for something else. */
export const ARGUMENTS_PATTERN = '^[A-Za-z0-9][A-Za-z0-9 =,.:/_-]*$';
