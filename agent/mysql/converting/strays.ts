import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import type { Databases, ResolvedDatabase } from '../../sql/databases';
import type { Report } from '../../verb';
import { binlogPosition } from '../binlog-position';
import { serverId } from '../following';
import { text } from '../result-row';
import type { Session } from '../session';
import { ConversionRecord } from './record';
import { describeStrays, StrayWatch } from './stray-watch';

/** A preflight is waited for by a person. */
const LOOK_THROUGH_MS = 60_000;

const RECREATE =
  'Keep everyone but the migration host from it, create the converting replica again, and green from it.';

/** Whether somebody else has written to it, as far as its log reaches back and can be read in the time. */
export async function checkStrays(
  databases: Databases,
  endpoint: ResolvedDatabase,
  to: Session,
  report: Report,
): Promise<readonly Finding[]> {
  const looked = await lookThrough(databases, endpoint, to, LOOK_THROUGH_MS, report.signal);
  const { found } = databases.keep(StrayWatch);
  const said = describeStrays(found);
  return [
    ...(said === undefined
      ? []
      : [
          {
            id: 'mysql.written-to.converting',
            severity: found.tables.length > 0 ? ('error' as const) : ('warning' as const),
            message: `${to.place} has been written to by somebody else than its replication and the agent: ${said}. Green has that too, and blue has not.`,
            remedy:
              'Rows: create the converting replica again, and green from it. Statements: see in its binary log what they were (SHOW BINLOG EVENTS), and compare the definitions (mysql.verify --mode schema --to converting).',
          },
        ]),
    ...(looked === undefined
      ? []
      : [
          {
            id: 'mysql.log-not-looked-through.converting',
            severity: 'warning' as const,
            message: `Whether somebody else has written to ${to.place} is not known: ${looked}.`,
            remedy:
              'Repeat; it goes on from where it stopped. What can still be known tells the comparison of rows (mysql.verify).',
          },
        ]),
  ];
}

/**
 * Reads the log of the converting replica to where it stands now. Gives why not all of it is known, where that is so:
 * what was removed before anybody looked is not known either.
 */
export async function lookThrough(
  databases: Databases,
  endpoint: ResolvedDatabase,
  to: Session,
  withinMs: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const watch = databases.keep(StrayWatch);
  const record = await ConversionRecord.of(databases, endpoint);
  const now = await binlogPosition(to);
  const logs = await to.query('SHOW BINARY LOGS');
  const files = logs.map((row) => text(row, 'Log_name'));
  const oldest = { file: files[0] ?? now.file, position: 4 };
  const { looked } = record;
  const isThere = looked !== undefined && files.includes(looked.file);
  try {
    await watch.begin(endpoint, await serverId(to), isThere ? looked : oldest);
    const all = await watch.reach(now, withinMs, signal);
    const { position } = watch;
    if (position !== undefined && watch.found.tables.length === 0) await record.lookedUpTo(position);
    if (!all) return watch.lost ?? `its log is too long to be read within ${Math.round(withinMs / 1000)} s`;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AgentError) throw error;
    return `its log cannot be read (${error instanceof Error ? error.message : String(error)})`;
  }
  return looked !== undefined && !isThere ? `${looked.file} was removed before it was looked through` : undefined;
}

/**
 * Rejects where somebody else has changed rows on the converting replica: green has them, and blue has not. What is not
 * known is in the log, and was said by the preflight.
 */
export async function requireUntouched(
  databases: Databases,
  to: Session,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const { endpoint } = databases.requireConverting();
  const unknown = await lookThrough(databases, endpoint, to, withinMs, signal);
  const { tables } = databases.keep(StrayWatch).found;
  if (unknown !== undefined) databases.log.warn('converting.log-not-looked-through', { reason: unknown });
  if (tables.length === 0) return;
  const said = describeStrays({ tables, statements: 0 });
  throw new AgentError(
    'Agent.Failed',
    `${to.place} has been written to by somebody else than its replication and the agent: ${said}. Green has that, and blue has not. ${RECREATE}`,
  );
}
