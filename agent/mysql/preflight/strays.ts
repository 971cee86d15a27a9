import type { Finding } from '../../../contract/common';
import type { BinlogPosition } from '../../../contract/database';
import { describeStrays } from '../converting/stray-watch';
import { keptLogs } from '../kept-logs';
import { strayWritesSince } from '../stray-writes';
import type { Survey, SurveyedSide } from './survey';

/** A person waits for it. */
const LOOK_MS = 20_000;
/** Further back nobody looks: the comparison of all rows finds what was written there. */
const MAX_BYTES = 1024 ** 3;

/**
 * Whether somebody writes to a green that follows. Blue's own log is its clients', so that a rollback does not ask; nor is
 * this asked of a copy that does not follow yet, which has its own check.
 */
export async function checkStrays({ args, to, toEndpoint }: Survey): Promise<readonly Finding[]> {
  if (args.from !== 'blue' || to === undefined || to.replicas.length === 0) return [];
  const since = await recentLog(to);
  if (since === undefined) return [];
  const found = await strayWritesSince(toEndpoint, to.session, since, LOOK_MS, new AbortController().signal);
  // Statements may be RDS's own, and what they change in definitions is compared.
  const said = describeStrays({ tables: found.tables, statements: 0 });
  if (said === undefined) return [];
  return [
    {
      id: `mysql.others-write.${to.side}`,
      severity: 'warning',
      message: `${to.where} has been written to by others than its replication, as its log has it from ${since.file} on: ${said}. Unless clients were on it then, blue has not what they wrote, and the comparison of rows will fail.`,
      remedy: `See who writes there: mysql.connections --side ${to.side}. Keep them out until clients are moved, and compare: mysql.verify --mode full.`,
    },
  ];
}

/** The beginning of the oldest log that is looked at. */
async function recentLog({ session }: SurveyedSide): Promise<BinlogPosition | undefined> {
  let [bytes, oldest]: [number, BinlogPosition | undefined] = [0, undefined];
  for (const { file, size } of [...(await keptLogs(session))].reverse()) {
    bytes += size;
    if (bytes > MAX_BYTES && oldest !== undefined) break;
    oldest = { file, position: 4 };
  }
  return oldest;
}
