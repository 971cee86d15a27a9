import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentErrorName } from '../../../contract/common';
import type { ConversionStep } from '../../../contract/mysql';
import { AgentError } from '../../errors';
import { nameSome } from '../../naming';
import type { Databases } from '../../sql/databases';
import { codeOf } from '../explain';
import { Following } from '../following';
import { resumeFollowing } from './following-blue';
import { leftoverTables } from './leftover-tables';

/** A server that was restarted in the middle of it recovers first. */
const BACK_WITHIN_MS = 180_000;
const ROUND_MS = 1_000;
const RESUMES_WITHIN_SECONDS = 30;

/**
 * The error of a step that failed: which step, of which table, why, what it has left behind, and whether the replication
 * of the converting replica runs again, which is tried here.
 */
export async function failedStep(
  databases: Databases,
  step: Pick<ConversionStep, 'id' | 'table'>,
  error: unknown,
): Promise<AgentError> {
  const why = reasonOf(error);
  const after = await putBack(databases);
  return new AgentError(
    why.name,
    `The step "${step.id}" on ${step.table} of the converting replica failed: ${why.says}. ${after} ` +
      'The step is as if it had not begun unless mysql.conversions says that it is done; repeat it once that is mended.',
    { cause: error },
  );
}

async function putBack(databases: Databases): Promise<string> {
  const deadline = performance.now() + BACK_WITHIN_MS;
  for (;;) {
    try {
      return await Following.open(databases, { from: 'blue', to: 'converting' }, 'convert', async (following) => {
        await resumeFollowing(following, RESUMES_WITHIN_SECONDS);
        return `Its replication runs again.${leftBehind(await leftoverTables(following.to))}`;
      });
    } catch (error) {
      const gone = error instanceof AgentError && error.name === 'Agent.Unreachable';
      if (!gone || performance.now() >= deadline) {
        const said = error instanceof Error ? error.message : String(error);
        return `Its replication does not run again, as far as is known (${said.replace(/\.$/, '')}): mend that, then cutover-agent mysql.resumereplica.`;
      }
    }
    await sleep(ROUND_MS);
  }
}

function leftBehind(names: readonly string[]): string {
  if (names.length === 0) return '';
  return ` It left tables behind that take space (${nameSome(names)}): once no ALTER runs, restart the converting replica.`;
}

interface Reason {
  readonly name: AgentErrorName;
  readonly says: string;
}

const REASONS: Readonly<Record<string, string>> = {
  ER_DUP_ENTRY: 'rows are alike in the columns of a unique index',
  ER_DUP_KEY: 'rows are alike in the columns of a unique index',
  ER_DUP_ENTRY_WITH_KEY_NAME: 'rows are alike in the columns of a unique index',
  ER_RECORD_FILE_FULL: 'there is no space left for the copy of the table on its storage: raise its allocated storage',
  ER_DISK_FULL: 'there is no space left for the copy of the table on its storage: raise its allocated storage',
  ER_TEMP_FILE_WRITE_FAILURE:
    'there is no space left for sorting the index: raise its storage, or innodb_tmpdir elsewhere',
  ER_INNODB_ONLINE_LOG_TOO_BIG:
    'more was changed meanwhile than its log holds (innodb_online_alter_log_max_size): raise that, and keep writers away',
  ER_QUERY_INTERRUPTED: 'somebody ended the statement (KILL)',
  ER_CONNECTION_KILLED: 'somebody ended the connection (KILL)',
  ER_STATEMENT_TIMEOUT: 'it took longer than it was given',
  ER_TOO_LONG_KEY: 'the index is longer than InnoDB takes: shorten its columns by a length, e.g. "name(191)"',
  ER_TOO_BIG_ROWSIZE: 'a row is larger than InnoDB takes',
  ER_CANT_DROP_FIELD_OR_KEY: 'what is to be dropped is not there',
  ER_WRONG_AUTO_KEY: 'InnoDB numbers rows by the first column of an index only',
};

/** MariaDB passes on what its storage says in an error of its own. */
const NO_SPACE = /Temp file write failure|No space left|No more room in record file|\berrno:? (28|135)\b|is full\b/i;

function reasonOf(error: unknown): Reason {
  const code = codeOf(error);
  const raw = error instanceof Error ? error.message : String(error);
  const known = NO_SPACE.test(raw) ? REASONS.ER_RECORD_FILE_FULL : REASONS[code ?? ''];
  if (known !== undefined) return { name: 'Agent.Failed', says: `${known} (${code ?? 'no space'})` };
  if (error instanceof AgentError) return { name: error.name, says: withoutValues(error.message).replace(/\.$/, '') };
  return { name: 'Agent.Failed', says: withoutValues(raw) };
}

/** The server quotes what it could not convert. */
function withoutValues(message: string): string {
  return message.replace(/\b(value|entry): ?'[^']*'/gi, "$1 '…'");
}
