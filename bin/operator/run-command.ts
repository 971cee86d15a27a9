import { setTimeout as after } from 'node:timers/promises';
import {
  GetCommandInvocationCommand,
  type GetCommandInvocationResult,
  InvalidInstanceId,
  InvocationDoesNotExist,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';

/** A host that has not taken the command by then is not there, or busy. Seconds. */
const DELIVERY_LIMIT = 120;
const FIRST_LOOK_MS = 250;
const UNFINISHED = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

export interface HostCommand {
  readonly document: string;
  readonly instance: string;
  /** What CloudTrail and the list of commands say it is for. */
  readonly comment: string;
  readonly parameters?: Readonly<Record<string, string[]>>;
  /** Between two looks whether it has ended, at the most. Milliseconds. @default 2000 */
  readonly lookEveryMs?: number;
}

/** Has a host run a document, and gives what it printed. */
export async function runCommand(ssm: SSMClient, command: HostCommand): Promise<string> {
  const { document, instance, comment, parameters, lookEveryMs = 2000 } = command;
  const { Command: sent } = await ssm
    .send(
      new SendCommandCommand({
        DocumentName: document,
        InstanceIds: [instance],
        Comment: comment,
        ...(parameters !== undefined && { Parameters: parameters }),
        TimeoutSeconds: DELIVERY_LIMIT,
      }),
    )
    .catch((error: unknown) => hostIsAway(error, instance));
  const id = sent?.CommandId;
  if (id === undefined) throw new Error(`${instance}: Systems Manager answered SendCommand without a command's ID`);
  for (let wait = FIRST_LOOK_MS; ; wait *= 2) {
    await after(Math.min(wait, lookEveryMs));
    const { Status: status = 'Pending', ...result } = await invocationOf(ssm, id, instance);
    if (status === 'Success') return result.StandardOutputContent ?? '';
    if (!UNFINISHED.has(status)) throw new Error(failure(instance, id, status, result));
  }
}

function hostIsAway(error: unknown, instance: string): never {
  if (error instanceof InvalidInstanceId) {
    throw new Error(
      `The SSM agent of ${instance} is not connected: ${error.message.replace(/\.?$/, '.')} See whether it is online: aws ssm describe-instance-information`,
      { cause: error },
    );
  }
  throw error;
}

/** For some moments after SendCommand there is none. */
async function invocationOf(ssm: SSMClient, id: string, instance: string): Promise<GetCommandInvocationResult> {
  try {
    return await ssm.send(new GetCommandInvocationCommand({ CommandId: id, InstanceId: instance }));
  } catch (error) {
    if (error instanceof InvocationDoesNotExist) return {};
    throw error;
  }
}

function failure(
  instance: string,
  id: string,
  status: string,
  { StatusDetails: details, StandardErrorContent: errors }: GetCommandInvocationResult,
) {
  const what = details === undefined || details === status ? status : `${status}, ${details}`;
  const hint =
    details === 'DeliveryTimedOut'
      ? ` The host did not take the command within ${DELIVERY_LIMIT} seconds: is the SSM agent running there, and not at its limit of commands at once?`
      : '';
  return `${instance}: the command ${id} ended as ${what}.${hint}${errors ? ` It said: ${errors.trim().slice(0, 500)}` : ''}`;
}
