import { figure } from '../../figure';
import type { StoredRows } from '../data/stored-rows';
import type { Transfer } from '../protocol';
import type { LostCommit } from './lost-commit';

type Known = Pick<Transfer, 'source' | 'target' | 'amount' | 'ackedMs'> & { readonly side: string };

/** Every committed transfer must stand once and whole; one whose COMMIT was not answered, whole or not at all. */
export class TransferLedger {
  private readonly transfers = new Map<string, Known>();

  add({ id, source, target, amount, ackedMs }: Transfer, side: string): void {
    this.transfers.set(id, { source, target, amount, side, ...(ackedMs !== undefined && { ackedMs }) });
  }

  /** @param trusted - whether an id that was never reported may be there: its writer was killed before it could */
  judge({ transfers: stored }: StoredRows, trusted: (id: string) => boolean) {
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
    // COMMIT was sent and not answered.
    const unanswered = this.transfers.size - committed;
    const figures = [
      figure('transfersCommitted', 'Transfers committed', committed),
      figure('transfersInDoubt', 'Transfers in doubt', unanswered),
      figure('transfersInDoubtStored', 'Transfers in doubt that are stored', unansweredStored),
      // Stand, and nobody made them.
      figure('transfersUnexplained', 'Unexplained transfers', unexplained, { damage: true }),
    ];
    return { figures, losses, unanswered };
  }
}

/** Whether balances add up, in whole and for each account, to what they began with and what stands of transfers. */
export function balanceFigures({ balances, transfers }: StoredRows, accounts: number, opening: number) {
  const expected = new Map(Array.from({ length: accounts }, (_, index) => [index + 1, opening]));
  for (const { source, target, amount } of transfers.values()) {
    expected.set(source, (expected.get(source) ?? 0) - amount);
    expected.set(target, (expected.get(target) ?? 0) + amount);
  }
  const sum = [...balances.values()].reduce((total, balance) => total + balance, 0);
  const wrong = [...expected].filter(([id, balance]) => balances.get(id) !== balance).length;
  return [
    // What the sum of all balances is too high by; below 0: money is gone.
    figure('balanceDrift', 'Balances off by', sum - accounts * opening, {
      unit: 'difference',
      damage: true,
      shown: 'headline',
    }),
    // Accounts that are not what their transfers make of them: half a transfer, or one that counts twice.
    figure('wrongBalances', 'Accounts off', wrong, { damage: true, shown: 'summary' }),
  ];
}
