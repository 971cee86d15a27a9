import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Action } from './actions';
import type { Consent } from './consent';
import { type Clients, movesJobs, readJournal, readParameters, stateMachineOf } from './parameters';

export interface Started {
  readonly migration: string;
  readonly action: Action;
  /** Of a migration that moves jobs: which. */
  readonly jobs?: readonly string[] | 'all';
  readonly execution?: string;
}

/** The state machine itself refuses what does not fit: a second execution, a cutover of what is cut over. */
export async function start(
  { ssm, sfn }: Clients,
  migration: string,
  action: Action,
  consent: Consent,
  jobs?: readonly string[],
): Promise<Started> {
  const parameters = await readParameters(ssm, migration);
  const { arn, account, region } = stateMachineOf(parameters, migration);
  const ofJobs = movesJobs(parameters);
  if (jobs !== undefined && !ofJobs) {
    throw new Error(`--jobs: got ${jobs.join(',')}, and ${migration} moves no jobs. Leave --jobs out.`);
  }
  const { serving } = readJournal(parameters) ?? {};
  await consent({ migration, account, region, serving, action, ...(ofJobs && { jobs: jobs ?? 'all' }) });
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: arn, input: JSON.stringify({ action, jobs }) }),
  );
  return { migration, action, ...(ofJobs && { jobs: jobs ?? 'all' }), execution: executionArn };
}
