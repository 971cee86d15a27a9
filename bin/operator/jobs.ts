import { GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { JobJournal } from '../../contract/batch-migration';
import { movesJobs, readParameters } from './parameters';

/** Where a cron job is. */
export interface ListedJob {
  readonly job: string;
  readonly state: string;
  readonly on: string;
  /** What a stopped execution was at; absent where nothing is left to do. */
  readonly unfinished?: string;
  readonly provingUntil?: string;
  /** Before that its line is not taken off. */
  readonly pausedUntil?: string;
  /** Of one whose line on blue is a comment: there is no rollback of it. */
  readonly line?: 'taken off';
  /** Why it is where it is. */
  readonly cause?: string;
  readonly execution: string;
}

/** Those that were told to move at least once. Undefined: the migration moves no jobs. */
export async function listJobs(ssm: SSMClient, migration: string): Promise<ListedJob[] | undefined> {
  if (!movesJobs(await readParameters(ssm, migration))) return undefined;
  const jobs: ListedJob[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: `/cdk-cutover/${migration}/jobs`, NextToken }));
    for (const { Value = '{}' } of page.Parameters ?? []) jobs.push(listed(JSON.parse(Value)));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return jobs.toSorted((one, other) => one.job.localeCompare(other.job));
}

function listed(journal: JobJournal): ListedJob {
  const { job, state, side, phase, provingUntil, lookAt, lineRetired, cause, execution } = journal;
  return {
    job,
    state,
    on: side === 'none' ? 'neither' : side,
    ...(phase !== 'settled' && { unfinished: phase }),
    ...(provingUntil !== undefined && provingUntil !== '' && { provingUntil }),
    ...(state === 'paused' && lookAt !== undefined && { pausedUntil: lookAt }),
    ...(lineRetired === true && { line: 'taken off' as const }),
    ...(cause !== undefined && cause !== '' && { cause }),
    execution,
  };
}
