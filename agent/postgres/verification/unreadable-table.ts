import type { Side } from '../../../contract/common';
import { AgentError } from '../../errors';
import { stateOf } from '../explain';

/** A side does not give the rows of a table, as it is known here. The others are not concerned. */
export class UnreadableTable extends AgentError {
  private constructor(
    readonly table: string,
    readonly reason: string,
    options: ErrorOptions,
  ) {
    super('Agent.Failed', `${table} ${reason}.`, options);
  }

  /** What is wrong with this table alone; anything else as it is. */
  static from(table: string, side: Side, error: unknown): unknown {
    const state = stateOf(error) ?? '';
    if (!ofOneTable.test(state)) return error;
    return new UnreadableTable(table, `cannot be read on ${side} (${state})`, { cause: error });
  }
}

/**
 * It is gone or altered, may not be read, has values that cannot be written down, or is damaged. Not who waits for it,
 * what the server lacks, or a connection that ends.
 *
 * @see https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const ofOneTable = /^(0A|22|2F|38|39|42|54|P0|XX)|^(55000|58P01)$/;
