import { ACCOUNTS } from '../data/tables';
import type { Transfer } from '../protocol';
import { SqlClient, type Workplace } from './sql-client';
import type { SqlConnection, Work } from './sql-connection';

/** Moves money between two accounts; whatever happens, the sum of all stays what it was. */
export class TransferClient extends SqlClient {
  constructor(at: Workplace, connection: SqlConnection) {
    super('transfer', at, connection);
  }

  override async turn(): Promise<void> {
    const { random } = this.at;
    const source = random.between(1, ACCOUNTS);
    const target = ((source + random.integer(ACCOUNTS - 1)) % ACCOUNTS) + 1;
    const move = { id: this.nextId(), source, target, amount: random.between(1, 100) };
    const committed = await this.transact((work) => moveMoney(work, move));
    if (committed !== undefined) this.report({ type: 'transfer', ...move, ...committed.times });
  }
}

type Move = Pick<Transfer, 'id' | 'source' | 'target' | 'amount'>;

async function moveMoney(work: Work, { id, source, target, amount }: Move): Promise<void> {
  // In one order for all, or two transfers between the same accounts would wait for each other.
  for (const account of [source, target].sort((a, b) => a - b)) {
    const found = await work.row('SELECT balance FROM accounts WHERE id = ? FOR UPDATE', [account]);
    if (found === undefined) throw new Error('an account is missing');
  }
  await work.change('UPDATE accounts SET balance = balance - ? WHERE id = ?', [amount, source]);
  await work.change('UPDATE accounts SET balance = balance + ? WHERE id = ?', [amount, target]);
  await work.change('INSERT INTO transfers (id, source, target, amount) VALUES (?, ?, ?, ?)', [
    id,
    source,
    target,
    amount,
  ]);
}
