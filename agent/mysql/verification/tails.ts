import type { BinlogPosition, ChainDirection } from '../../../contract/database';
import { type Databases, nameOf } from '../../sql/databases';
import type { Named } from '../../sql/named-difference';
import { binlogPosition } from '../binlog-position';
import type { ComparedSide } from './compared-side';
import type { Comparison } from './comparison';
import type { Key } from './key';
import { OwnWrites } from './own-writes';
import { asKeyColumn, type Table } from './table';
import type { PairedTables, TablePair } from './table-pair';
import { Tail } from './tail';
import { TailListener } from './tail-listener';
import { TouchedRows } from './touched-rows';

/** Where the logs of both sides stand. */
export interface BothPositions {
  readonly position: BinlogPosition;
  /** Of `to`. */
  readonly toPosition: BinlogPosition;
}

type Defined = Pick<PairedTables, 'from' | 'pairs'>;

/**
 * What makes rows differ that were equal: changes on `from`, which are on their way, and what somebody has written to `to`
 * past its replication. Both are read from the sides' own logs.
 */
export class Tails {
  private constructor(
    readonly direction: ChainDirection,
    readonly touched: TouchedRows,
    readonly source: Tail,
    private readonly target: Tail,
    private readonly strays: OwnWrites,
  ) {}

  /** Rejects where a log cannot be read at all. */
  static async start(
    databases: Databases,
    direction: ChainDirection,
    tables: Defined,
    { position, toPosition }: BothPositions,
  ): Promise<Tails> {
    const touched = new TouchedRows();
    const listener = new TailListener(tables.from, touched);
    const strays = new OwnWrites(asTargetHasThem(tables), touched.unexplained);
    const { log } = databases;
    const endpoint = databases.server(direction.from);
    const source = await Tail.start({ direction, endpoint, from: position, log, listener });
    try {
      const target = await Tail.start({
        direction,
        endpoint: databases.server(direction.to),
        from: toPosition,
        log,
        listener: strays,
        beforeReading: (connection) => strays.meet(connection),
      });
      return new Tails(direction, touched, source, target, strays);
    } catch (error) {
      source.stop();
      throw error;
    }
  }

  /** Whether no change has been missed since they began. */
  get known(): boolean {
    return this.lost === undefined;
  }

  /** The side whose changes are missed, and why. */
  get lost(): { readonly side: string; readonly reason: string } | undefined {
    const { from, to } = this.direction;
    for (const [side, { known, reasonOfLoss: reason = '' }] of [
      [from, this.source] as const,
      [to, this.target] as const,
    ]) {
      if (!known) return { side: nameOf(side), reason };
    }
    return undefined;
  }

  /** Whether a statement was logged that may have made, changed or dropped a table, after they were read. */
  get definitionsChanged(): boolean {
    return this.source.definitionsChanged || this.target.definitionsChanged;
  }

  /** Resolves once the servers show what the statements that were logged so far have made. */
  async definitionsSettled(signal: AbortSignal): Promise<void> {
    await this.source.definitionsSettled(signal);
    await this.target.definitionsSettled(signal);
  }

  /** From now on these are the tables. @param asOf when they began to be read, by `performance.now()` */
  use(tables: Defined, asOf: number): void {
    this.source.use(tables.from, asOf);
    this.target.use(asTargetHasThem(tables), asOf);
  }

  /** Resolves once everything before the positions has been read. */
  async catchUp({ position, toPosition }: BothPositions, { from, to }: Comparison, signal: AbortSignal): Promise<void> {
    await from.session.whileItAnswers(this.source.catchUp(position, signal));
    await to.session.whileItAnswers(this.target.catchUp(toPosition, signal));
  }

  /** The same differences; where others have written to their tables on `to`, they say so. */
  explain(differences: readonly Named[]): readonly Named[] {
    const said = `, and ${nameOf(this.direction.to)} was written to there by others than its replication`;
    return differences.map((one) =>
      this.strays.written.has(one.object) ? { ...one, difference: one.difference + said } : one,
    );
  }

  stop(): void {
    this.source.stop();
    this.target.stop();
  }
}

export async function positionsOf({ from, to }: Record<'from' | 'to', ComparedSide>): Promise<BothPositions> {
  return { position: await binlogPosition(from.session), toPosition: await binlogPosition(to.session) };
}

/** Tables of `to`, by the keys that rows are named by. */
function asTargetHasThem({ pairs }: Defined): ReadonlyMap<string, Table> {
  return new Map([...pairs].map(([name, pair]) => [name, asTargetHas(pair)]));
}

function asTargetHas(pair: TablePair): Table {
  const { key: _own, ...table } = pair.to;
  const key = keyOnTarget(pair);
  return key === undefined ? table : { ...table, key };
}

/** `undefined` where its columns do not hold the same as those of `from`: what is written there is the whole table's. */
function keyOnTarget({ from, to, keyed, columns }: TablePair): Key | undefined {
  if (from.key === undefined || !keyed) return undefined;
  const found = from.key.columns.map((column) => {
    const name = columns.find((both) => both.from.name === column.name)?.to.name;
    const place = to.columns.findIndex((candidate) => candidate.name === name);
    const there = to.columns[place];
    const other = there === undefined ? undefined : asKeyColumn(there, place);
    if (other === undefined) return undefined;
    const same = (['kind', 'dataType', 'unsigned', 'charset', 'fixedBytes'] as const).every(
      (property) => other[property] === column[property],
    );
    return same ? other : undefined;
  });
  const usable = found.filter((column) => column !== undefined);
  return usable.length === found.length ? { ...from.key, columns: usable } : undefined;
}
