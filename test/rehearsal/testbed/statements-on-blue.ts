import { withDatabase } from '../../../rehearsal/clients/sql/dialects';
import { AGENT_USER, CONVERTING_USER } from '../../../rehearsal/engines/sql/rds/mysql/agent-user';
import { DatabaseUnderTest } from '../../../rehearsal/testbed/databases/database-under-test';
import { Rehearsal } from '../../../rehearsal/testbed/rehearsal';

interface Logged {
  readonly kind: string;
  readonly argument: string;
}

const OF_THE_AGENT = `
  SELECT command_type AS kind, CONVERT(argument USING utf8mb4) AS argument FROM mysql.general_log
  WHERE command_type NOT IN ('Connect', 'Quit')
    AND (user_host LIKE '${AGENT_USER}[%' OR user_host LIKE '${CONVERTING_USER}[%')`;

/**
 * Has blue of every rehearsal from now on keep its general log. Gives what the agent has had blue do, as of the end of
 * each.
 */
export function watchBlue(): readonly string[] {
  const statements: string[] = [];
  const start = Rehearsal.start.bind(Rehearsal);
  jest.spyOn(Rehearsal, 'start').mockImplementation(async (...args) => {
    const rehearsal = await start(...args);
    const { system } = rehearsal;
    if (!(system instanceof DatabaseUnderTest)) throw new Error('No database is rehearsed.');
    const { blue } = system.servers;
    await withDatabase(blue, async (database) => {
      await database.rows("SET GLOBAL log_output = 'TABLE', GLOBAL general_log = ON");
    });
    const stop = rehearsal.stop.bind(rehearsal);
    rehearsal.stop = async () => {
      const logged = await withDatabase(blue, (database) => database.rows<Logged>(OF_THE_AGENT));
      statements.push(...logged.map(({ kind, argument }) => `${kind} ${argument}`));
      await stop();
    };
    return rehearsal;
  });
  return statements;
}
