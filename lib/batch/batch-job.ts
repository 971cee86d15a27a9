import type { Duration } from 'aws-cdk-lib';
import type { BatchCriterion } from './batch-criterion';
import type { BatchSecret } from './batch-secret';

/** What becomes of a run that is due while the one before it goes on. */
export enum BatchOverlap {
  /** It is left out, and counts as a run that took too long. */
  SKIP = 'skip',
  /** It waits until the other has ended. */
  QUEUE = 'queue',
  /** Both run. */
  ALLOW = 'allow',
}

/** What becomes of slots that nothing was started for: the host was down, or Systems Manager did not answer. */
export enum BatchLate {
  /** Each is made up for, one after the other, the oldest first; one a minute. */
  EACH = 'each',
  /** The newest is made up for. */
  NEWEST = 'newest',
  /** None: each is told as missed, as all are that are not made up for. */
  NONE = 'none',
}

/** What was decided about a job of the old host. */
export enum BatchDecision {
  /** It runs on the new host. */
  MOVED = 'moved',
  /** Nobody needs it any more. It stays in the list, so that the next one who asks finds the answer, and does not run. */
  RETIRED = 'retired',
}

/** What may be said of a job beside what a line of a crontab says. */
export interface BatchJobOptions {
  /**
   * Variables of the command's environment. Not for secrets: they are in the template or in an asset.
   *
   * @default - PATH, SHELL, HOME, LOGNAME and USER alone, as cron gives them
   */
  readonly environment?: { [variable: string]: string };

  /**
   * Secrets, by the variable of the command's environment. Each run reads them when it starts.
   *
   * @default - none
   */
  readonly secrets?: { [variable: string]: BatchSecret };

  /**
   * After this time all processes of the run are ended: SIGTERM, and 10 seconds later SIGKILL. Whole seconds, 1 or more.
   *
   * @default - a run takes as long as it takes
   */
  readonly timeout?: Duration;

  /**
   * What becomes of a run that is due while the one before it goes on.
   *
   * @default BatchOverlap.SKIP
   */
  readonly overlap?: BatchOverlap;

  /**
   * What becomes of slots that nothing was started for.
   *
   * @default BatchLate.NONE
   */
  readonly late?: BatchLate;

  /**
   * Whether a run does no harm where the one before it has done part of the work. What was killed with the host is then
   * started once more; else it is told and left to people.
   *
   * @default false
   */
  readonly idempotent?: boolean;

  /**
   * When a run has succeeded.
   *
   * @default BatchCriterion.exitCode(0)
   */
  readonly criterion?: BatchCriterion;

  /**
   * What was decided about it.
   *
   * @default BatchDecision.MOVED
   */
  readonly decision?: BatchDecision;

  /**
   * Who is told when it fails. Each line about a run that did not succeed has it.
   *
   * @default - nobody is named
   */
  readonly owner?: string;

  /**
   * What it is for, in words.
   *
   * @default - not said
   */
  readonly purpose?: string;
}

/** A job of a batch host. */
export interface BatchJob extends BatchJobOptions {
  /**
   * Up to 64 letters, digits, `-` and `_`; it begins with a letter or digit. Its log file, its records and the dimension
   * `Job` of its metrics have this name: another name is another job.
   */
  readonly name: string;

  /**
   * When it runs, as cronie reads it: five fields, or `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`, `@reboot`.
   * Where a field of days begins with `*`, a day must match both; else one of them is enough. `@reboot` needs a `decision`.
   */
  readonly schedule: string;

  /**
   * What is run, by `/bin/sh -c`, in the folder of the host's `files` as they were at the run's start. Nothing of it is
   * special to cron: `%` stands for itself. The variable `CUTOVER_SLOT` is the slot that the run is for, which begins with
   * its minute in UTC: `20261130T0230Z-0330`.
   */
  readonly command: string;

  /** Who it runs as: `root`, `nobody`, `ec2-user`, or one of the host's `users`. */
  readonly user: string;

  /**
   * What the command reads from its standard input.
   *
   * @default - nothing
   */
  readonly standardInput?: string;

  /**
   * The time zone that the schedule is of, as `CRON_TZ` has it: where its clocks are put forward, what is due in the hour
   * left out does not run, and where they are put back it runs twice.
   *
   * @default - the host's, which makes up for one and prevents the other
   */
  readonly timeZone?: string;
}
