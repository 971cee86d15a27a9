import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { BatchManifestJob } from '../../../contract/batch-migration';
import { roundsOf } from '../../../rehearsal/runbook/batch/batch-runbook';
import type { Action } from '../actions';
import { type ListedJob, listJobs } from '../jobs';
import { batchManifest } from '../manifest';
import { type Clients, readParameters, stateMachineOf } from '../parameters';

export interface PlannedJob {
  /** Those of a round move before those of the next. */
  readonly round: number;
  readonly job: string;
  readonly owner?: string;
  readonly schedule?: string;
  readonly state: string;
  readonly on: string;
  /** What an execution would do with it. */
  readonly would: string;
}

/** What an execution would do with cron jobs. */
export interface JobsPlan {
  readonly migration: string;
  readonly action: Action;
  readonly account: string;
  readonly region: string;
  /** How many of them it would change. */
  readonly changes: number;
  readonly jobs: readonly PlannedJob[];
}

const UNMOVED = { state: 'undecided', on: 'blue' } as const;

/** Reads what is deployed, and the journals of the jobs. It starts nothing. */
export async function planJobs(
  clients: Clients & { readonly cloudformation: CloudFormationClient },
  migration: string,
  action: Action,
): Promise<JobsPlan> {
  const { account, region } = stateMachineOf(await readParameters(clients.ssm, migration), migration);
  const { jobs } = await batchManifest(clients, migration);
  const listed = (await listJobs(clients.ssm, migration)) ?? [];
  const rounds = roundsOf(jobs);
  const planned = jobs.map((job) => {
    const now = listed.find((each) => each.job === job.name) ?? UNMOVED;
    const found = foundOf(action, job, now);
    const row: PlannedJob = {
      round: rounds.get(job.name) ?? 1,
      job: job.name,
      ...(job.owner !== undefined && { owner: job.owner }),
      ...(job.schedule !== undefined && { schedule: job.schedule }),
      state: now.state,
      on: now.on,
      would: found.would,
    };
    return { row, found };
  });
  return {
    migration,
    action,
    account,
    region,
    changes: planned.filter(({ found }) => found.changes).length,
    jobs: planned.map(({ row }) => row).toSorted((one, other) => one.round - other.round),
  };
}

/** What an execution finds of a job: a change, or why there is none. */
interface Found {
  readonly would: string;
  readonly changes: boolean;
}

const changes = (would: string): Found => ({ would, changes: true });
const stays = (would: string): Found => ({ would, changes: false });

function foundOf(
  action: Action,
  { decision }: BatchManifestJob,
  { state, on, unfinished, line, pausedUntil }: Omit<ListedJob, 'job' | 'execution'>,
): Found {
  if (action === 'recover') {
    return unfinished === undefined ? stays('stays: nothing of it is left to finish') : changes('is finished');
  }
  if (unfinished !== undefined) return stays(`is refused: it was left at ${unfinished}. Start recover first`);
  switch (action) {
    case 'cutover':
      if (on !== 'blue') return stays(on === 'green' ? 'stays: it is on the new host' : 'stays: nobody runs it');
      return changes(decision === 'moved' ? 'moves to the new host' : 'is paused: nobody needs it');
    case 'rollback':
      if (on === 'blue') return stays('stays: it is on the old server');
      return line === undefined
        ? changes('comes back to the old server')
        : stays('is refused: its line on the old server is taken off');
    case 'retire':
      if (line !== undefined) return stays('stays: its line is taken off');
      if (state === 'proved') return changes('loses its line on the old server');
      if (state !== 'paused') return stays(`is refused: it is ${state}, and not proved`);
      return pausedUntil !== undefined && Date.parse(pausedUntil) > Date.now()
        ? stays(`is refused: it is paused until ${pausedUntil}`)
        : changes('loses its line on the old server');
    default:
      return stays('is looked at on both hosts, and stays as it is');
  }
}
