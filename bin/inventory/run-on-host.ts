import { randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import {
  GetCommandInvocationCommand,
  type GetCommandInvocationResult,
  InvocationDoesNotExist,
  SendCommandCommand,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { collectScript } from './collect-script';

/** A host that has not taken the command by then is not there, or busy. Seconds. */
const DELIVERY_LIMIT = 120;
/** What a host of hundreds of scripts takes is some seconds. Seconds. */
const EXECUTION_LIMIT = 600;
const UNFINISHED = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

export interface RunOnHostProps {
  /** Between two looks whether a command has ended. Milliseconds. @default 2000 */
  readonly lookEveryMs?: number;
}

/** Has a host collect what runs by itself there, and fetches it, page by page. */
export async function collectOn(ssm: SSMClient, instance: string, props: RunOnHostProps = {}): Promise<string> {
  const id = randomUUID().replaceAll('-', '');
  const pages: string[] = [];
  for (let page = 0, count = 1; page < count; page += 1) {
    const script = collectScript({ page, id });
    const answer = await runOn(ssm, instance, script, props.lookEveryMs ?? 2000);
    const [head = '', ...body] = answer.split('\n');
    const [, told, of] = /^page (\d+) of (\d+)$/.exec(head) ?? [];
    if (Number(told) !== page)
      throw new Error(`${instance}: page ${page} was asked for, and it answered: ${head.slice(0, 200)}`);
    count = Number(of);
    pages.push(body.join('\n'));
  }
  return gunzipSync(Buffer.from(pages.join(''), 'base64')).toString('utf8');
}

async function runOn(ssm: SSMClient, instance: string, script: string, lookEveryMs: number): Promise<string> {
  const { Command: command } = await ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [instance],
      Comment: 'cutover inventory batch: reads only',
      Parameters: { commands: script.split('\n'), executionTimeout: [String(EXECUTION_LIMIT)] },
      TimeoutSeconds: DELIVERY_LIMIT,
    }),
  );
  const id = command?.CommandId;
  if (id === undefined) throw new Error(`${instance}: Systems Manager answered SendCommand without a command's ID`);
  for (;;) {
    await after(lookEveryMs);
    const { Status: status = 'Pending', ...result } = await invocationOf(ssm, id, instance);
    if (status === 'Success') return result.StandardOutputContent ?? '';
    if (!UNFINISHED.has(status)) throw new Error(failure(instance, id, status, result));
  }
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
