import { SendTaskFailureCommand, SendTaskSuccessCommand } from '@aws-sdk/client-sfn';
import { askedConfirmation } from './asked-confirmation';
import type { Consent } from './consent';
import { type Clients, readJournal, readParameters, stateMachineOf } from './parameters';
import { activeSide } from './what-it-means';

/** Who has looked, and why it is not well if it is not. */
export interface Confirmation {
  readonly by: string;
  readonly no?: string;
}

export interface Confirmed {
  readonly migration: string;
  readonly check: string;
  readonly execution: string;
  readonly answer: string;
}

/** Answers the check that waits for a person; nobody confirms one who meant another. */
export async function confirm(
  clients: Clients,
  migration: string,
  check: string,
  { by, no }: Confirmation,
  consent: Consent,
): Promise<Confirmed> {
  if (no !== undefined && no.trim() === '') {
    throw new Error(
      `--no: got '${no}'; accepted is the reason why the check failed, for the record. Nothing was answered.`,
    );
  }
  const parameters = await readParameters(clients.ssm, migration);
  const asked = await askedConfirmation(clients, parameters);
  if (asked === undefined) {
    const phase = readJournal(parameters)?.phase;
    throw new Error(
      `${migration} does not wait for a check that a person makes; it is ${phase === undefined ? 'not started' : `in ${phase}`}. See: cutover status ${migration}`,
    );
  }
  if (asked.check !== check) {
    throw new Error(
      `${migration} waits for the check '${asked.check}', and not for '${check}'. To answer that: cutover confirm ${migration} "${asked.check}"`,
    );
  }
  const { token: taskToken, execution } = asked;
  if (no === undefined) {
    await clients.sfn.send(new SendTaskSuccessCommand({ taskToken, output: JSON.stringify({ by }) }));
    return { migration, check, execution, answer: 'confirmed' };
  }
  await consent({
    migration,
    ...stateMachineOf(parameters, migration),
    asked: `confirm ${check} --no`,
    means:
      'reports that the check failed: the execution moves the clients back to the side that they came from, if they can return.',
    facts: [activeSide(parameters), ['Execution', execution], ['Reason', no]],
  });
  // Who said it stands before the first colon.
  const cause = `${by.replaceAll(':', '')}: ${no}`;
  await clients.sfn.send(new SendTaskFailureCommand({ taskToken, error: 'Refused', cause }));
  return { migration, check, execution, answer: `no: ${no}` };
}
