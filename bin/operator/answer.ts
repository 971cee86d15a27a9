import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import type { Action } from './actions';
import { askedApproval } from './asked-approval';
import { type Clients, readJournal, readParameters } from './parameters';

/** Who answers goes into the execution's history. */
export type Answer = Approval | Rejection;

interface Approval {
  readonly approved: true;
  readonly by: string;
  /** What is meant to be approved: nobody deletes blue by approving a cutover. */
  readonly action: Action;
}

interface Rejection {
  readonly approved: false;
  readonly by: string;
  readonly reason: string;
}

export interface Answered {
  readonly migration: string;
  readonly execution: string;
  readonly answer: string;
}

/** Answers the task token that the waiting execution has left in its parameter. */
export async function answer(clients: Clients, migration: string, given: Answer): Promise<Answered> {
  const parameters = await readParameters(clients.ssm, migration);
  const asked = await askedApproval(clients, parameters);
  if (asked === undefined) {
    const phase = readJournal(parameters)?.phase;
    throw new Error(
      `${migration} does not wait for an approval; it is ${phase === undefined ? 'not started' : `in ${phase}`}. See: cutover status ${migration}`,
    );
  }
  const { token: taskToken, execution, action } = asked;
  if (!given.approved) {
    const cause = `${given.by}: ${given.reason}`;
    await clients.sfn.send(new SendTaskFailureCommand({ taskToken, error: 'Rejected', cause }));
    return { migration, execution, answer: `${action} rejected` };
  }
  if (given.action !== action) {
    throw new Error(
      action === 'retire'
        ? `${migration} waits for an approval of the deletion of blue, not of a cutover. To delete blue: cutover approve ${migration} --retire`
        : `${migration} waits for an approval of a cutover, not of the deletion of blue. To continue the cutover: cutover approve ${migration}`,
    );
  }
  await clients.sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ by: given.by }) }));
  return { migration, execution, answer: `${action} approved` };
}
