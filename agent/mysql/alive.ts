import type { Side } from '../contract';
import type { Databases } from '../databases';
import type { Verb } from '../verb';
import { figure } from './row';
import { Session } from './session';

/** Servers count their uptime in whole seconds, and two answers may be rounded differently. */
const roundingMs = 3_000;

/** Whether a side answers, and whether its engine has restarted since an earlier answer. */
export const alive: Verb<Databases, 'mysql.alive'> = async (databases, { side, startedAtMs }) => {
  const started = await startedAt(databases, side);
  return { startedAtMs: started, restarted: startedAtMs !== undefined && started > startedAtMs + roundingMs };
};

/**
 * Epoch milliseconds at which the side's engine started; of its writer and its reader, the later one, so that it moves
 * when either restarts. By the server's own clock: several hosts with their own would see it restart all the time.
 */
export async function startedAt({ endpoints }: Databases, side: Side): Promise<number> {
  const endpoint = endpoints[side];
  const hosts = endpoint.readerHost === undefined ? [endpoint.host] : [endpoint.host, endpoint.readerHost];
  const starts = hosts.map(async (host) => {
    const session = await Session.open(endpoint, 'alive', host);
    try {
      const uptime = figure(await session.row("SHOW GLOBAL STATUS LIKE 'Uptime'"), 'Value') ?? 0;
      const now = figure(await session.row('SELECT UNIX_TIMESTAMP(SYSDATE(3)) AS now'), 'now') ?? 0;
      return Math.round((now - uptime) * 1000);
    } finally {
      session.close();
    }
  });
  return Math.max(...(await Promise.all(starts)));
}
