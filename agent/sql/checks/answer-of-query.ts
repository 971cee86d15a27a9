import type { CheckResult, Side } from '../../../contract/common';
import type { ExpectedAnswer } from '../../../contract/database';

/** What a query answers, of which one value is kept at most. */
export class AnswerOfQuery {
  private rows = 0;
  private columns = 0;
  private value: string | null = null;

  add(row: readonly (string | null)[]): void {
    this.rows += 1;
    if (this.rows > 1) return;
    this.columns = row.length;
    this.value = row[0] ?? null;
  }

  /** Tells numbers that are compared, and no other value. */
  judge(expect: ExpectedAnswer, side: Side): CheckResult {
    const { rowsAtLeast, rowsAtMost } = expect;
    if (rowsAtLeast !== undefined || rowsAtMost !== undefined) {
      return withinRange(
        `${side} has ${this.rows} ${this.rows === 1 ? 'row' : 'rows'}`,
        this.rows,
        rowsAtLeast,
        rowsAtMost,
      );
    }
    if (this.rows !== 1 || this.columns !== 1) {
      const got = this.rows === 1 ? `one row with ${this.columns} columns` : `${this.rows} rows`;
      return { passed: false, detail: `${side} answers ${got}, expected one row with one column` };
    }
    if (this.value === null) return { passed: false, detail: `${side} answers NULL, expected a value` };
    return this.judgeValue(this.value, expect, side);
  }

  private judgeValue(value: string, { valueIs, valueAtLeast, valueAtMost }: ExpectedAnswer, side: Side): CheckResult {
    if (valueIs !== undefined) {
      const passed = value === valueIs;
      return { passed, detail: `${side} answers ${passed ? 'what is expected' : 'another value than is expected'}` };
    }
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (Number.isNaN(number)) return { passed: false, detail: `${side} answers no number, and one is expected` };
    return withinRange(`${side} answers ${number}`, number, valueAtLeast, valueAtMost);
  }
}

function withinRange(told: string, number: number, least: number | undefined, most: number | undefined): CheckResult {
  if (least !== undefined && number < least) return { passed: false, detail: `${told}, expected at least ${least}` };
  if (most !== undefined && number > most) return { passed: false, detail: `${told}, expected at most ${most}` };
  return { passed: true, detail: told };
}
