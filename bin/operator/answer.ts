import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { type Clients, readJournal, readParameters } from './parameters';

export interface Answer {
  readonly approved: boolean;
  /** Who answers; it goes into the execution's history. */
  readonly by: string;
  readonly reason?: string;
}

export interface Answered {
  readonly migration: string;
  readonly execution: string;
  readonly answer: string;
}

/** Answers the task token that the waiting execution has left in its parameter. */
export async function answer({ ssm, sfn }: Clients, migration: string, given: Answer): Promise<Answered> {
  const parameters = await readParameters(ssm, migration);
  const journal = readJournal(parameters);
  const asked =
    parameters.approval === undefined
      ? undefined
      : (JSON.parse(parameters.approval) as { token: string; execution: string });
  if (asked === undefined || journal?.phase !== 'Approve' || journal.execution !== asked.execution) {
    throw new Error(
      `${migration} does not wait for an approval; it is ${journal === undefined ? 'not started' : `in ${journal.phase}`}. See: cutover status ${migration}`,
    );
  }
  if (given.approved) {
    await sfn.send(new SendTaskSuccessCommand({ taskToken: asked.token, output: JSON.stringify({ by: given.by }) }));
  } else {
    const cause = `${given.by}: ${given.reason ?? 'no reason given'}`;
    await sfn.send(new SendTaskFailureCommand({ taskToken: asked.token, error: 'Rejected', cause }));
  }
  return { migration, execution: asked.execution, answer: given.approved ? 'approved' : 'rejected' };
}
