import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import type { Action } from './actions';
import { askedApproval } from './asked-approval';
import type { Consent } from './consent';
import { type Clients, readJournal, readParameters, stateMachineOf } from './parameters';
import { activeSide } from './what-it-means';

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

/** What a yes does, and what a no, as sentences that go on from it. */
const MEANS: Readonly<Record<string, { readonly approve: string; readonly reject: string }>> = {
  cutover: {
    approve: 'lets it go on: workloads stop, clients cannot write until the record has changed, and move to green.',
    reject: 'ends it, and has put back what it changed. Clients stay where they are.',
  },
  retire: {
    approve: 'deletes blue after a last snapshot. After it there is no rollback.',
    reject: 'deletes nothing: blue stays.',
  },
};

/** Answers the task token that the waiting execution has left in its parameter. */
export async function answer(clients: Clients, migration: string, given: Answer, consent: Consent): Promise<Answered> {
  const parameters = await readParameters(clients.ssm, migration);
  const asked = await askedApproval(clients, parameters);
  if (asked === undefined) {
    const phase = readJournal(parameters)?.phase;
    throw new Error(
      `${migration} does not wait for an approval; it is ${phase === undefined ? 'not started' : `in ${phase}`}. See: cutover status ${migration}`,
    );
  }
  const { token: taskToken, execution, action } = asked;
  const wanted = given.approved ? given.action : action;
  if (wanted !== action) {
    throw new Error(
      action === 'retire'
        ? `${migration} waits for an approval of the deletion of blue, not of a cutover. To delete blue: cutover approve ${migration} --retire`
        : `${migration} waits for an approval of a cutover, not of the deletion of blue. To continue the cutover: cutover approve ${migration}`,
    );
  }
  const word = given.approved ? 'approve' : 'reject';
  await consent({
    migration,
    ...stateMachineOf(parameters, migration),
    asked: `${word} ${action}`,
    means: MEANS[action]?.[word] ?? `answers what ${execution} waits for.`,
    facts: [activeSide(parameters), ['Execution', execution]],
  });
  if (!given.approved) {
    const cause = `${given.by}: ${given.reason}`;
    await clients.sfn.send(new SendTaskFailureCommand({ taskToken, error: 'Rejected', cause }));
    return { migration, execution, answer: `${action} rejected` };
  }
  await clients.sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ by: given.by }) }));
  return { migration, execution, answer: `${action} approved` };
}
