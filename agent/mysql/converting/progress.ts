import { setTimeout as sleep } from 'node:timers/promises';
import type { Report } from '../../verb';
import { figure, type Row, text } from '../result-row';
import type { Session } from '../session';

const BETWEEN_MS = 500;

/**
 * Reports how far a statement of another session is, by what the engine itself says of it, until the signal. MariaDB says
 * so in its process list; MySQL in its stages, which are off unless the parameter group turns them on: then the time.
 */
export async function reportProgress(
  session: Session,
  connection: number,
  step: string,
  report: Report,
  over: AbortSignal,
): Promise<void> {
  const began = performance.now();
  while (!over.aborted) {
    const seconds = Math.round((performance.now() - began) / 1000);
    const progress = await (session.dialect.mariadb ? ofMariadb : ofMysql)(session, connection).catch(() => undefined);
    if (over.aborted) return;
    if (progress === undefined) report.progress({ phase: `${step}: seconds so far`, done: seconds });
    else report.progress({ ...progress, phase: `${step}: ${progress.phase}` });
    await sleep(BETWEEN_MS, undefined, { signal: over }).catch(() => undefined);
  }
}

interface Stage {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
}

async function ofMariadb(session: Session, connection: number): Promise<Stage | undefined> {
  const row = await session.row(
    'SELECT state AS state, stage AS stage, max_stage AS stages, progress AS progress FROM information_schema.processlist WHERE id = ?',
    [connection],
  );
  const [stage, stages] = [figure(row, 'stage') ?? 0, figure(row, 'stages') ?? 0];
  if (stages === 0) return undefined;
  const phase = `${text(row, 'state')} (stage ${stage} of ${stages}), per cent`;
  return { phase, done: Math.round(figure(row, 'progress') ?? 0), total: 100 };
}

async function ofMysql(session: Session, connection: number): Promise<Stage | undefined> {
  const row = await session.row(
    `SELECT s.event_name AS name, s.work_completed AS done, s.work_estimated AS total
     FROM performance_schema.events_stages_current s JOIN performance_schema.threads t ON t.thread_id = s.thread_id
     WHERE t.processlist_id = ?`,
    [connection],
  );
  return stageOf(row);
}

function stageOf(row: Row | undefined): Stage | undefined {
  const total = figure(row, 'total');
  if (row === undefined || total === undefined || total === 0) return undefined;
  const phase = text(row, 'name').replace(/^stage\/\w+\//, '');
  return { phase, done: figure(row, 'done') ?? 0, total };
}
