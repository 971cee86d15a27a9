import { figure, text } from './result-row';
import type { Session } from './session';

/** A binary log that a server still has. */
export interface KeptLog {
  readonly file: string;
  /** Bytes: where it ends. */
  readonly size: number;
}

/** The oldest first. */
export async function keptLogs(session: Session): Promise<readonly KeptLog[]> {
  const rows = await session.query('SHOW BINARY LOGS');
  return rows.map((row) => ({ file: text(row, 'Log_name'), size: figure(row, 'File_size') ?? 0 }));
}

/** `mysql-bin-changelog.000003 to mysql-bin-changelog.000009` */
export function describeLogs(logs: readonly KeptLog[]): string {
  const [oldest, latest] = [logs.at(0), logs.at(-1)];
  return oldest === undefined || latest === undefined ? 'none' : `${oldest.file} to ${latest.file}`;
}
