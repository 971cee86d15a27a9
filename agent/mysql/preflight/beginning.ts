import type { Finding } from '../../../contract/common';
import type { BinlogPosition } from '../../../contract/database';
import { AgentError } from '../../errors';
import { comparePositions, describePosition } from '../binlog-position';
import { describeLogs, type KeptLog, keptLogs } from '../kept-logs';
import { figure, type Row, text } from '../result-row';
import { retentionHours } from './binlog';
import type { Survey, SurveyedSide } from './survey';

/** Whether `to`, a copy of `from`, can begin to follow from where it was made: the log is still there, and the copy as it was. */
export async function checkBeginning({ args, from, to }: Survey): Promise<readonly Finding[]> {
  const { begin } = args;
  // One that follows is past its beginning, and has been written to.
  if (to === undefined || begin === undefined || begin === null || to.replicas.length > 0) return [];
  return [...(await kept(from, to, begin)), ...(await writtenTo(to, begin))];
}

async function kept(from: SurveyedSide, to: SurveyedSide, begin: BinlogPosition): Promise<readonly Finding[]> {
  const logs = await keptLogs(from.session);
  const index = logs.findIndex(({ file }) => file === begin.file);
  const found = logs[index];
  if (found === undefined) return [gone(from, to, begin, logs)];
  if (begin.position > found.size) return [beyond(from, to, begin, found)];
  return index === 0 && logs.length > 1 ? [nextToGo(from, begin, await retentionHours(from))] : [];
}

function gone(from: SurveyedSide, to: SurveyedSide, { file }: BinlogPosition, logs: readonly KeptLog[]): Finding {
  return {
    id: 'mysql.begin-gone',
    severity: 'error',
    message: `${to.where} is to follow from ${file} on, which ${from.where} does not have; it has ${describeLogs(logs)}. Either it was removed since, or ${to.side} is a copy of something else.`,
    remedy: `On ${from.side}: CALL mysql.rds_set_configuration('binlog retention hours', 168); then re-create ${to.side} from it.`,
  };
}

function beyond(from: SurveyedSide, to: SurveyedSide, begin: BinlogPosition, { size }: KeptLog): Finding {
  return {
    id: 'mysql.begin-beyond-end',
    severity: 'error',
    message: `${to.where} is to follow from ${describePosition(begin)} on; that file ends at ${size} on ${from.where}.`,
    remedy: `Take file and position from RDS's first event of ${to.side}'s instances, "Binlog position from crash recovery is …", and see that ${to.side} is a copy of ${from.side}.`,
  };
}

function nextToGo({ where, side }: SurveyedSide, { file }: BinlogPosition, hours: string | undefined): Finding {
  return {
    id: 'mysql.begin-next-to-go',
    severity: 'warning',
    message: `${file}, from which the other side is to follow, is the oldest log that ${where} still has (it keeps them for ${hours ?? 'an unknown number of'} hours): it goes next.`,
    remedy: `On ${side}: CALL mysql.rds_set_configuration('binlog retention hours', 168); and let the replication begin soon.`,
  };
}

/** More are not needed to name a few tables. */
const MAX_EVENTS = 5_000;
const MAX_NAMED = 5;

/**
 * Rows of the applications that somebody has written to the copy since it was made. What RDS itself writes, and definitions
 * that were changed on purpose, are not among them; what a replication applied has its source's id.
 */
async function writtenTo(to: SurveyedSide, begin: BinlogPosition): Promise<readonly Finding[]> {
  const since = (await keptLogs(to.session)).filter(({ file }) => comparePositions({ file, position: 0 }, begin) > 0);
  const tables = new Set<string>();
  for (const { file } of since) {
    for (const event of await eventsOf(to, file)) {
      if (text(event, 'Event_type') !== 'Table_map' || figure(event, 'Server_id') !== to.serverId) continue;
      const table = /\((.+)\)$/.exec(text(event, 'Info'))?.[1] ?? '';
      if (!/^(mysql|sys|information_schema|performance_schema)\./.test(table)) tables.add(table);
    }
  }
  if (tables.size === 0) return [];
  const named = [...tables].slice(0, MAX_NAMED).join(', ');
  const more = tables.size > MAX_NAMED ? ` and ${tables.size - MAX_NAMED} more` : '';
  return [
    {
      id: `mysql.written-to.${to.side}`,
      severity: 'error',
      message: `${to.where} has been written to since it was made: ${named}${more}. It is no copy any more, and the replication would stop on it or leave it different.`,
      remedy: `See who writes there: mysql.connections --side ${to.side}. Keep them out, and re-create ${to.side}.`,
    },
  ];
}

/** None where the agent's user may not see them. */
async function eventsOf({ session }: SurveyedSide, file: string): Promise<readonly Row[]> {
  try {
    return await session.query(`SHOW BINLOG EVENTS IN ? LIMIT ${MAX_EVENTS}`, [file], { timeoutMs: 60_000 });
  } catch (error) {
    if (error instanceof AgentError && error.name === 'Agent.AccessDenied') return [];
    throw error;
  }
}
