import { AgentError } from '../errors';
import { nameSome } from '../naming';
import { type Row, text } from './result-row';
import type { Session } from './session';
import { identifier } from './verification/quoting';
import { systemSchemaList } from './verification/table';

const ENABLED = `FROM information_schema.events WHERE status = 'ENABLED' AND event_schema NOT IN (${systemSchemaList})`;
const MAX_NAMED = 10;

/** Scheduled events of the applications that run as soon as the scheduler does; each as a statement names it. */
export async function enabledEvents(session: Session): Promise<readonly string[]> {
  return (await session.query(`SELECT event_schema AS \`schema\`, event_name AS name ${ENABLED}`)).map(nameOf);
}

/** Those that the server runs by itself now. */
async function runningEvents(session: Session): Promise<readonly string[]> {
  const rows = await session.query(
    `SELECT event_schema AS \`schema\`, event_name AS name ${ENABLED} AND @@global.event_scheduler = 'ON'`,
  );
  return rows.map(nameOf);
}

/** Rejects where a side writes by itself: it has no writes between two runs only, and goes on once it is left. */
export async function requireNoEvents(session: Session): Promise<void> {
  const names = await runningEvents(session);
  if (names.length === 0) return;
  throw new AgentError(
    'Agent.WritesContinue',
    `${session.place} runs scheduled events by itself: ${listedEvents(names)}. What they write after clients have moved is lost, and keeps the side from following. ` +
      `On ${session.side}: ${alterEvents(names, 'DISABLE')} Then repeat.`,
  );
}

export function alterEvents(names: readonly string[], how: 'ENABLE' | 'DISABLE'): string {
  return names
    .slice(0, MAX_NAMED)
    .map((name) => `ALTER EVENT ${name} ${how};`)
    .join(' ');
}

export function listedEvents(names: readonly string[]): string {
  return nameSome(names, MAX_NAMED);
}

function nameOf(row: Row): string {
  return `${identifier(text(row, 'schema'))}.${identifier(text(row, 'name'))}`;
}
