/**
 * Why a line is not read. Nearly always cron refuses it too. Where cron or a version of it takes it, `cronTakesIt` is true: what
 * it makes of the line is not what the line says, is something else at every start, or differs from version to version.
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
