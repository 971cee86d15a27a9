import type { RowDataPacket } from 'mysql2/promise';
import type { DatabaseServer } from '../database-server';
import { connected } from './connected';
import { Replica } from './replica';

/** A write that has run for longer keeps green behind. */
const LONG_RUNNING_SECONDS = 60;
const MAX_LAG_SECONDS = 60;

/**
 * What RDS checks before it switches over, as far as a server can tell.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/blue-green-deployments-switching.html
 */
export async function findingsOn(blue: DatabaseServer, green: DatabaseServer): Promise<readonly string[]> {
  const findings: string[] = [];
  await connected(blue, async (database) => {
    const external = await new Replica(blue, database).following();
    if (external) {
      findings.push(
        `Switchover was canceled due to external replication on the blue environment: it is configured as a replica of ${external.host}. Stop the replication and reset it.`,
      );
    }
    const [long] = await database.query<RowDataPacket[]>(
      `SELECT COUNT(*) AS transactions FROM information_schema.innodb_trx
       WHERE trx_rows_modified > 0 AND trx_started < NOW() - INTERVAL ? SECOND`,
      [LONG_RUNNING_SECONDS],
    );
    const count = Number(long[0]?.transactions);
    if (count > 0) findings.push(`There are ${count} long running active writes on the blue environment.`);
  });
  await connected(green, async (database) => {
    const following = await new Replica(green, database).following();
    if (!following?.receiving || !following.applying) {
      findings.push(`Replication of the green environment is not healthy: ${following?.error || 'it is stopped'}.`);
    } else if ((following.lagSeconds ?? Number.POSITIVE_INFINITY) > MAX_LAG_SECONDS) {
      findings.push(`The replica lag of the green environment is ${following.lagSeconds} seconds.`);
    }
  });
  return findings;
}
