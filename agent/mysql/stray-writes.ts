import type { BinlogPosition } from '../../contract/database';
import { AgentError } from '../errors';
import type { Databases, ResolvedDatabase } from '../sql/databases';
import { binlogPosition } from './binlog-position';
import { describeStrays, StrayWatch, type StrayWrites } from './converting/stray-watch';
import { serverId } from './following';
import type { Session } from './session';
import { VerificationFile } from './verification/verification-file';

/** Clients wait meanwhile; what was written since a comparison a moment ago is little. */
const FREEZE_MS = 10_000;

/** What was found, and why that may not be all. */
export interface FoundStrays extends StrayWrites {
  readonly incomplete?: string;
}

/** What others than its replication have written to a server between a position of its log and where that stands now. */
export async function strayWritesSince(
  endpoint: ResolvedDatabase,
  session: Session,
  since: BinlogPosition,
  withinMs: number,
  signal: AbortSignal,
): Promise<FoundStrays> {
  const watch = new StrayWatch();
  try {
    const now = await binlogPosition(session);
    await watch.begin(endpoint, await serverId(session), since);
    if (await watch.reach(now, withinMs, signal)) return watch.found;
    const incomplete = watch.lost ?? `it is too long to be read within ${Math.round(withinMs / 1000)} s`;
    return { ...watch.found, incomplete };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AgentError) throw error;
    return { ...watch.found, incomplete: error instanceof Error ? error.message : String(error) };
  } finally {
    watch.stop();
  }
}

/**
 * Rejects where somebody has written to green since it was found equal to blue: blue, which is to follow from where green
 * stands now, would never have that.
 */
export async function requireGreenUntouched(databases: Databases, green: Session, signal: AbortSignal): Promise<void> {
  const { stateDirectory, migrationName, endpoints, log } = databases;
  const verified = await new VerificationFile(stateDirectory, migrationName).read({ from: 'blue', to: 'green' });
  if (verified === undefined) return;
  const found = await strayWritesSince(endpoints.green, green, verified.toPosition, FREEZE_MS, signal);
  if (found.incomplete !== undefined) log.warn('green.log-not-looked-through', { reason: found.incomplete });
  const said = describeStrays(found);
  if (said === undefined) return;
  throw new AgentError(
    'Agent.Failed',
    `${green.place} has been written to by others than its replication since it was found equal to blue: ${said}. Blue, which is to follow from here on, would never have that. ` +
      'See who writes there (mysql.connections --side green), keep them out, and start again: everything is compared then.',
  );
}
