import type { StoredRows } from '../data/stored-rows';
import type { Transfer } from '../protocol';
import type { LostCommit } from './lost-commit';

type Known = Pick<Transfer, 'source' | 'target' | 'amount' | 'ackedMs'> & { readonly side: string };

export interface TransferFigures {
  readonly committed: number;
  /** COMMIT was sent and not answered. */
  readonly unanswered: number;
  /** Of those, how many stand. */
  readonly unansweredStored: number;
  /** Stand, and nobody made them. */
  readonly unexplained: number;
}

export interface BalanceFigures {
  /** What the sum of all balances is too high by; below 0: money is gone. */
  readonly drift: number;
  /** Accounts that are not what their transfers make of them: half a transfer, or one that counts twice. */
  readonly wrong: number;
}

/** Every committed transfer must stand once and whole; one whose COMMIT was not answered, whole or not at all. */
export class TransferLedger {
  private readonly transfers = new Map<string, Known>();

  add({ id, source, target, amount, ackedMs }: Transfer, side: string): void {
    this.transfers.set(id, { source, target, amount, side, ...(ackedMs !== undefined && { ackedMs }) });
  }

  /** @param trusted - whether an id that was never reported may be there: its writer was killed before it could */
  judge(
    { transfers: stored }: StoredRows,
    trusted: (id: string) => boolean,
  ): { readonly figures: TransferFigures; readonly losses: readonly LostCommit[] } {
    const losses: LostCommit[] = [];
    let committed = 0;
    let unansweredStored = 0;
    for (const [key, known] of this.transfers) {
      const found = stored.get(key);
      if (known.ackedMs === undefined) {
        if (found !== undefined) unansweredStored++;
        continue;
      }
      committed++;
      const { side, ackedMs, source, target, amount } = known;
      const same = found?.source === source && found.target === target && found.amount === amount;
      if (!same) losses.push({ kind: 'transfer', key, side, ackedMs, what: found ? 'is another one' : 'is gone' });
    }
    const unexplained = [...stored.keys()].filter((id) => !this.transfers.has(id) && !trusted(id)).length;
    const unanswered = this.transfers.size - committed;
    return { figures: { committed, unanswered, unansweredStored, unexplained }, losses };
  }
}

/** Whether balances add up, in whole and for each account, to what they began with and what stands of transfers. */
export function judgeBalances({ balances, transfers }: StoredRows, accounts: number, opening: number): BalanceFigures {
  const expected = new Map(Array.from({ length: accounts }, (_, index) => [index + 1, opening]));
  for (const { source, target, amount } of transfers.values()) {
    expected.set(source, (expected.get(source) ?? 0) - amount);
    expected.set(target, (expected.get(target) ?? 0) + amount);
  }
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0);
  const wrong = [...expected].filter(([id, balance]) => balances.get(id) !== balance).length;
  return { drift: sum - accounts * opening, wrong };
}
