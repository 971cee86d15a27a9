import { createHash } from 'node:crypto';

/** What a query gave, without any of its values. */
export interface Answer {
  readonly rows: number;
  readonly milliseconds: number;
  /** Does not depend on the rows' order. */
  readonly unordered: string;
  readonly ordered: string;
  /** Table, access and index of each step, in the order in which they are joined. Absent: it has no plan. */
  readonly plan?: readonly PlanStep[];
  /** The server's name of the error that it ended with. */
  readonly failure?: string;
}

export interface PlanStep {
  readonly table: string;
  readonly access: string;
  readonly key: string;
}

const MODULUS = 2n ** 128n;

/** Takes the rows of an answer one by one, so that a large one needs no memory. */
export class AnswerDigest {
  private rows = 0;
  private sum = 0n;
  private readonly ordered = createHash('sha256');

  /** @param values as texts; NULL is NULL */
  add(values: readonly (string | null)[]): void {
    const text = JSON.stringify(values);
    const digest = createHash('sha256').update(text).digest();
    this.sum = (this.sum + BigInt(`0x${digest.toString('hex', 0, 16)}`)) % MODULUS;
    this.ordered.update(digest);
    this.rows += 1;
  }

  result(): Pick<Answer, 'rows' | 'unordered' | 'ordered'> {
    return { rows: this.rows, unordered: this.sum.toString(16), ordered: this.ordered.digest('hex') };
  }
}

export function failed(failure: string, milliseconds: number): Answer {
  return { rows: 0, unordered: '', ordered: '', milliseconds: Math.round(milliseconds), failure };
}
