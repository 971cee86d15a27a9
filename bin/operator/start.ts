import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { Action } from './actions';
import type { Consent } from './consent';
import { type Clients, readJournal, readParameters, stateMachineOf } from './parameters';

export interface Started {
  readonly migration: string;
  readonly action: Action;
  readonly execution?: string;
}

/** The state machine itself refuses what does not fit: a second execution, a cutover of what is cut over. */
export async function start(
  { ssm, sfn }: Clients,
  migration: string,
  action: Action,
  consent: Consent,
): Promise<Started> {
  const parameters = await readParameters(ssm, migration);
  const { arn, account, region } = stateMachineOf(parameters, migration);
  await consent({ migration, account, region, serving: readJournal(parameters)?.serving, action });
  const { executionArn } = await sfn.send(
    new StartExecutionCommand({ stateMachineArn: arn, input: JSON.stringify({ action }) }),
  );
  return { migration, action, execution: executionArn };
}
