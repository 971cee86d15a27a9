import type { Duration } from 'aws-cdk-lib';

/** A line of a crontab of the old server. */
export interface BatchLine {
  /**
   * The crontab that it stands in, as the old server has it: `/etc/crontab`, `/etc/cron.d/shop`, `/var/spool/cron/batch`
   * (cronie), `/var/spool/cron/crontabs/batch` (Debian).
   */
  readonly file: string;

  /**
   * The whole line, from its minutes on, with the column of users where the file has one. Only its SHA-256 reaches a
   * template. State that instead where the line holds a password.
   *
   * @default - sha256 is stated
   */
  readonly line?: string;

  /**
   * SHA-256 of the line in UTF-8 without its line end, hexadecimal: `cutover inventory batch` prints it.
   *
   * @default - of `line`
   */
  readonly sha256?: string;
}

/** A job that moves, and the line of the old server that it comes from. */
export interface BatchMigrationJob extends BatchLine {
  /** Its name in the jobs of the BatchHost. One that is retired there is paused on the old server, and then taken off. */
  readonly name: string;

  /**
   * Jobs that move before it, by name: it stays where it is as long as one of them does. A rollback goes the other way.
   *
   * @default - none
   */
  readonly after?: string[];

  /**
   * How long a run that goes on is waited for, on the side that the job leaves. After it the job stays there.
   *
   * @default - the job's time-out and 10 minutes, or 2 hours where it has none
   */
  readonly lastRunWithin?: Duration;

  /**
   * How many runs must succeed on green until the job counts as proved. The first that does not sends it back to blue.
   *
   * @default 1
   */
  readonly provedBy?: number;
}
