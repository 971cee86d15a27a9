/**
 * Why a line is not read. Nearly always cron refuses it too. Where cron takes it, `cronTakesIt` is true: cron then makes
 * something of it that it does not say, or something else at every start.
 */
export class CronSyntaxError extends Error {
  override readonly name = 'CronSyntaxError';

  constructor(
    /** What was got, what is accepted, what to do. */
    message: string,
    /** Where in the line, from 1 on. */
    readonly column: number,
    readonly cronTakesIt = false,
  ) {
    super(message);
  }
}
