import { Token } from 'aws-cdk-lib';
import type { ExpectedAnswer } from '../../contract/database';
import { assertTold } from '../cutover/validations/stated';
import { ValidationError } from '../validation-error';

/** What a query must answer for a check to pass. */
export class QueryExpectation {
  /**
   * At least so many rows.
   *
   * @param rows 1 or more
   */
  public static rowsAtLeast(rows: number): QueryExpectation {
    assertTold('QueryExpectation.rowsAtLeast', { rows });
    checkRows('rowsAtLeast', rows, 1);
    return new QueryExpectation({ rowsAtLeast: rows });
  }

  /**
   * At most so many rows, e.g. none that is wrong.
   *
   * @param rows 0 or more
   */
  public static rowsAtMost(rows: number): QueryExpectation {
    assertTold('QueryExpectation.rowsAtMost', { rows });
    checkRows('rowsAtMost', rows, 0);
    return new QueryExpectation({ rowsAtMost: rows });
  }

  /**
   * One row with one column, whose value is this text, as the server writes it. What it is instead is not told.
   *
   * @param text the text
   */
  public static valueIs(text: string): QueryExpectation {
    assertTold('QueryExpectation.valueIs', { text });
    return new QueryExpectation({ valueIs: text });
  }

  /**
   * One row with one column, a number that is as large or larger. What it is instead is told.
   *
   * @param value the least that is accepted
   */
  public static valueAtLeast(value: number): QueryExpectation {
    assertTold('QueryExpectation.valueAtLeast', { value });
    checkNumber('valueAtLeast', value);
    return new QueryExpectation({ valueAtLeast: value });
  }

  /**
   * One row with one column, a number that is as small or smaller. What it is instead is told.
   *
   * @param value the most that is accepted
   */
  public static valueAtMost(value: number): QueryExpectation {
    assertTold('QueryExpectation.valueAtMost', { value });
    checkNumber('valueAtMost', value);
    return new QueryExpectation({ valueAtMost: value });
  }

  private constructor(
    /** @internal */
    public readonly _answer: ExpectedAnswer,
  ) {}
}

function checkRows(name: string, rows: number, least: number): void {
  if (Token.isUnresolved(rows) || (Number.isSafeInteger(rows) && rows >= least)) return;
  throw new ValidationError(
    `QueryExpectation.${name}: got ${rows}; accepted are whole numbers from ${least} on. ${least === 1 ? 'Use rowsAtMost(0) for none.' : 'Use 0 for none.'}`,
  );
}

function checkNumber(name: string, value: number): void {
  if (Token.isUnresolved(value) || Number.isFinite(value)) return;
  throw new ValidationError(`QueryExpectation.${name}: got ${value}; accepted are numbers. Use valueIs for a text.`);
}
