import { DescribeExecutionCommand, StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Action } from './actions';
import type { Consent } from './consent';
import { type Clients, movesJobs, type Parameters, readHolder, readParameters, stateMachineOf } from './parameters';
import { activeSide, whatItMeans } from './what-it-means';

export interface Started {
  readonly migration: string;
  readonly action: Action;
  /** Of a migration that moves jobs: which. */
  readonly jobs?: readonly string[] | 'all';
  readonly execution?: string;
}

/** The state machine itself refuses what does not fit: a cutover of what is cut over, and of two executions the second. */
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
  await refuseSecond(sfn, migration, parameters);
  const means = whatItMeans(action, ofJobs);
  if (means !== undefined) {
    const facts = [ofJobs ? (['Jobs', jobs?.join(', ') ?? 'all'] as const) : activeSide(parameters)];
    await consent({ migration, account, region, asked: action, means, facts });
  }
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: arn, input: JSON.stringify({ action, jobs }) }),
  );
  return { migration, action, ...(ofJobs && { jobs: jobs ?? 'all' }), execution: executionArn };
}

/** It would end as `Busy`, after its own start had been announced. */
async function refuseSecond(sfn: Clients['sfn'], migration: string, parameters: Parameters): Promise<void> {
  const holder = readHolder(parameters);
  if (holder === undefined) return;
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: holder }));
  if (status !== 'RUNNING') return;
  throw new Error(
    `${migration} has an execution that runs: ${holder}. Follow it: cutover watch ${migration}; or stop it, and have put back what it changed: cutover abort ${migration}. Nothing was started.`,
  );
}
