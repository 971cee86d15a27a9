import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { runCommand } from '../operator/run-command';
import { collectScript } from './collect-script';

/** What a host of hundreds of scripts takes is some seconds. Seconds. */
const EXECUTION_LIMIT = 600;

export interface CollectOnProps {
  /** Between two looks whether a command has ended. Milliseconds. @default 2000 */
  readonly lookEveryMs?: number;
}

/** Has a host collect what runs by itself there, and fetches it, page by page. */
export async function collectOn(ssm: SSMClient, instance: string, props: CollectOnProps = {}): Promise<string> {
  const id = randomUUID().replaceAll('-', '');
  const pages: string[] = [];
  for (let page = 0, count = 1; page < count; page += 1) {
    const answer = await runCommand(ssm, {
      ...props,
      document: 'AWS-RunShellScript',
      instance,
      comment: 'cutover inventory batch: reads only',
      parameters: {
        commands: collectScript({ page, id }).split('\n'),
        executionTimeout: [String(EXECUTION_LIMIT)],
      },
    });
    const [head = '', ...body] = answer.split('\n');
    const [, told, of] = /^page (\d+) of (\d+)$/.exec(head) ?? [];
    if (Number(told) !== page)
      throw new Error(`${instance}: page ${page} was asked for, and it answered: ${head.slice(0, 200)}`);
    count = Number(of);
    pages.push(body.join('\n'));
  }
  return gunzipSync(Buffer.from(pages.join(''), 'base64')).toString('utf8');
}
