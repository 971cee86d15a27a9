import { Token } from 'aws-cdk-lib';
import type { BatchCriterionDefinition } from '../../contract/batch';
import type { Whereabouts } from '../cutover/validations/elsewhere';
import { assertTold } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';
import { type BatchMetricCriterionProps, metricCriterion } from './metric-criterion';
import { type NewerThanSlotProps, newerThanSlot } from './newer-than-slot';

/** When a run has succeeded. */
export class BatchCriterion {
  /**
   * It ended with one of these exit codes.
   *
   * @param codes 0 to 255
   * @throws if there is none, or one is out of range
   */
  public static exitCode(...codes: number[]): BatchCriterion {
    assertTold('BatchCriterion.exitCode', { codes });
    return new BatchCriterion({ exitCodes: checked(codes) });
  }

  /**
   * It ended with exit code 0, and a line of its output matches: scripts often end with 0 whatever happened.
   *
   * @param pattern a regular expression of JavaScript, e.g. `^rows written: [1-9]`
   * @throws if it is none
   */
  public static logLine(pattern: string): BatchCriterion {
    assertTold('BatchCriterion.logLine', { pattern });
    try {
      if (pattern === '') throw new ValidationError('every line would match');
      new RegExp(pattern);
    } catch (error) {
      throw new ValidationError(
        `BatchCriterion.logLine: got '${pattern}' (${(error as Error).message}); accepted is a regular expression of JavaScript, e.g. '^rows written: [1-9]'.`,
      );
    }
    return new BatchCriterion({ exitCodes: [0], logLine: pattern });
  }

  /**
   * It ended with exit code 0, and so does a command that looks at what it has done: at rows that are newer than the slot, a file,
   * a metric. It runs after each run, in the same folder, as the same user, with the same environment and secrets, and its
   * output is in the job's log. `CUTOVER_SLOT_AT` is the slot's minute in UTC, e.g. `2026-11-30 09:05:00`. Its time-out is the
   * job's.
   *
   * @param command for `/bin/sh`, e.g.
   * `test "$(mysql -h "$DB_HOST" -NBe "SELECT COUNT(*) FROM sales WHERE at >= '$CUTOVER_SLOT_AT'")" -gt 0`
   * @throws if it is empty
   */
  public static check(command: string): BatchCriterion {
    assertTold('BatchCriterion.check', { command });
    if (!Token.isUnresolved(command) && command.trim() === '') {
      throw new ValidationError(`BatchCriterion.check: got '${command}'; accepted is a command for /bin/sh.`);
    }
    return new BatchCriterion({ exitCodes: [0], check: command });
  }

  /**
   * It ended with exit code 0, and the database has something that is not older than the slot: rows were written. It is a
   * `check` whose command is put together here.
   *
   * @throws if a property is missing or empty
   */
  public static newerThanSlot(props: NewerThanSlotProps): BatchCriterion {
    assertTold('BatchCriterion.newerThanSlot', { props });
    return new BatchCriterion({ exitCodes: [0], check: newerThanSlot(props) });
  }

  /**
   * It ended with exit code 0, and a metric of CloudWatch compares so in some period from the one that the slot is in: what is
   * older proves nothing. A period that is longer than the time between two slots has values of both.
   *
   * The metric is asked for again and again for as long as `within` says, for CloudWatch shows a value some minutes after it
   * was published. The run goes on until then: the next one is late, left out or beside it, as `overlap` says.
   *
   * @throws if the metric is an expression, or what is stated cannot be compared
   */
  public static metric(props: BatchMetricCriterionProps): BatchCriterion {
    assertTold('BatchCriterion.metric', { props });
    const { stat, metric } = metricCriterion(props);
    return new BatchCriterion({ exitCodes: [0], metric }, stat);
  }

  private constructor(
    /** @internal */
    public readonly _definition: BatchCriterionDefinition,
    /**
     * Where its metric is, as far as that is said.
     *
     * @internal
     */
    public readonly _whereabouts?: Whereabouts,
  ) {}
}

function checked(codes: number[]): number[] {
  const wrong = codes.find((code) => !Number.isInteger(code) || code < 0 || code > 255);
  if (codes.length > 0 && wrong === undefined) return codes;
  throw new ValidationError(
    `BatchCriterion.exitCode: got ${wrong ?? 'none'}; accepted are whole numbers from 0 to 255, at least one.`,
  );
}
