import { objectName } from '../../../sql/object-name';
import { codeOf } from '../../explain';
import { text } from '../../result-row';
import { identifier } from '../quoting';
import type { Reading } from './reading';

const STATEMENT = /^(Create (Table|View|Procedure|Function|Event|Package.*)|SQL Original Statement)$/i;
/** It was dropped since it was listed: the next look does not list it. */
const GONE =
  /^ER_(NO_SUCH_TABLE|BAD_TABLE_ERROR|SP_DOES_NOT_EXIST|TRG_DOES_NOT_EXIST|EVENT_DOES_NOT_EXIST|BAD_DB_ERROR)$/;

/** Of the server, or of what others do with it, and not of the object. */
const PASSING =
  /^ER_(LOCK_WAIT_TIMEOUT|LOCK_DEADLOCK|QUERY_TIMEOUT|QUERY_INTERRUPTED|SERVER_SHUTDOWN|NORMAL_SHUTDOWN)$/;

/** What SHOW CREATE gives. Absent where there is nothing; '' where the server does not show it, which is said. */
export async function shownStatement(
  { session, notCovered }: Reading,
  kind: string,
  schema: string,
  name: string,
): Promise<string | undefined> {
  const object = `${kind.toLowerCase()} ${objectName(schema, name)}`;
  try {
    const row = await session.row(`SHOW CREATE ${kind} ${identifier(schema)}.${identifier(name)}`);
    const column = Object.keys(row ?? {}).find((candidate) => STATEMENT.test(candidate));
    const statement = text(row, column ?? '');
    if (statement === '') notCovered.push({ object, reason: "the server does not show its text to the agent's user" });
    return statement;
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (GONE.test(code)) return undefined;
    if (!code.startsWith('ER_') || PASSING.test(code)) throw error;
    notCovered.push({ object, reason: `the server cannot show it (${code})` });
    return '';
  }
}
