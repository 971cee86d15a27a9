import type { NotCovered } from '../../../contract/database';
import { grantsOf } from '../grants';
import type { ComparedSide } from './compared-side';
import type { Comparison } from './comparison';

/** What the agent's user may not read: the server does not even show that it is there. */
export async function hidden({ from, to }: Comparison): Promise<readonly NotCovered[]> {
  return [...(await hiddenOn(from)), ...(await hiddenOn(to))];
}

async function hiddenOn({ side, session }: ComparedSide): Promise<readonly NotCovered[]> {
  const { all, everywhere, revoked } = await grantsOf(session);
  const { user } = session.self;
  if (!all && !everywhere.has('SELECT')) {
    const reason = `${user} has no SELECT ON *.* there: what it may not read is not shown to it`;
    return [{ object: `databases of ${side}`, reason, holdsRows: true }];
  }
  return revoked.map((database) => ({
    object: `database ${database} of ${side}`,
    reason: `${user} is kept out of it there (partial revokes)`,
    holdsRows: true,
  }));
}
