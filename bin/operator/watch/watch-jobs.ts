import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, type DescribeExecutionOutput, ListExecutionsCommand } from '@aws-sdk/client-sfn';
import { printable } from '../../../agent/printable';
import type { Output } from '../../../rehearsal/report/terminal/output';
import { type ListedJob, listJobs } from '../jobs';
import { type Clients, readParameters, stateMachineOf } from '../parameters';

/** Jobs change minute by minute. */
const BETWEEN_MS = 5_000;

export interface WatchJobsRequest {
  readonly migration: string;
  /** @default - the newest */
  readonly execution?: string;
  readonly output: Output;
  /** Between two questions. @default - 5 s */
  readonly wait?: () => Promise<unknown>;
}

/** Follows an execution that moves cron jobs: a line for each job that changes. The last lines say where they are. */
export async function watchJobs(
  { ssm, sfn }: Clients,
  { migration, execution: named, output, wait = () => sleep(BETWEEN_MS) }: WatchJobsRequest,
): Promise<string> {
  const { arn } = stateMachineOf(await readParameters(ssm, migration), migration);
  const execution = named ?? (await newestOf(sfn, arn));
  if (execution === undefined) {
    throw new Error(`${migration} was never started. Start an execution: cutover start ${migration} preflight`);
  }
  const told = new Map<string, string>();
  const tell = (jobs: readonly ListedJob[]) => {
    for (const job of jobs) {
      const line = inWords(job);
      if (told.get(job.job) === line) continue;
      told.set(job.job, line);
      output.write(`${new Date().toISOString().slice(0, 19)}Z  ${printable(`${job.job}: ${line}`)}\n`);
    }
  };
  for (;;) {
    const described = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
    // After the status: what an execution that has ended wrote last is read.
    const jobs = (await listJobs(ssm, migration)) ?? [];
    tell(jobs);
    if (described.status !== 'RUNNING') {
      for (const line of ending(migration, described, jobs)) output.write(`${printable(line)}\n`);
      return String(described.status);
    }
    await wait();
  }
}

async function newestOf(sfn: Clients['sfn'], stateMachineArn: string): Promise<string | undefined> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1 }));
  return executions[0]?.executionArn;
}

function inWords({ on, state, unfinished, provingUntil, cause }: ListedJob): string {
  const until = provingUntil === undefined ? '' : `, until ${provingUntil}`;
  const why = cause === undefined ? '' : ` (${cause})`;
  return unfinished === undefined ? `${state} on ${on}${until}${why}` : `${unfinished}, on ${on} before${why}`;
}

function ending(migration: string, { status, error, cause }: DescribeExecutionOutput, jobs: readonly ListedJob[]) {
  const on = (side: string) => jobs.filter((job) => job.on === side).length;
  const where = `${on('green')} on the new host, ${on('blue')} back on the old server, ${on('neither')} paused; those that nobody has moved are on the old server.`;
  const look = `Where each is: cutover status ${migration}. To have them back: cutover start ${migration} rollback`;
  if (status === 'SUCCEEDED') return [where, look];
  if (status === 'ABORTED' || status === 'TIMED_OUT') {
    return [where, `The execution was stopped. A recovery starts by itself within five minutes. ${look}`];
  }
  return [`${error ?? 'Failed'}: ${cause ?? 'no cause is given'}`, where, look];
}
