import type { SSMClient } from '@aws-sdk/client-ssm';
import { listJobs } from '../../../bin/operator/jobs';

const JOURNALS = [
  {
    job: 'orders',
    state: 'proving',
    side: 'green',
    phase: 'settled',
    provingUntil: '2026-12-01T02:00Z',
    execution: 'a',
  },
  { job: 'feed', state: 'returned', side: 'blue', phase: 'returning', cause: 'Its run has failed', execution: 'b' },
];

/** An account with a migration of that configuration, and a journal a page. */
function account(configuration: string): SSMClient {
  const parameters: Record<string, string> = {
    'state-machine': 'arn:aws:states:eu-west-1:111122223333:stateMachine:batch',
    configuration,
  };
  const send = async ({ input }: { input: { Names?: string[]; NextToken?: string } }) => {
    if (input.Names === undefined) {
      const at = Number(input.NextToken ?? 0);
      const more = at + 1 < JOURNALS.length && { NextToken: String(at + 1) };
      return { Parameters: [{ Value: JSON.stringify(JOURNALS[at]) }], ...more };
    }
    const Parameters = input.Names.flatMap((Name) => {
      const Value = parameters[Name.split('/').at(-1) ?? ''];
      return Value === undefined ? [] : [{ Name, Value }];
    });
    return { Parameters };
  };
  return { send } as unknown as SSMClient;
}

test('where each job is, by name', async () => {
  expect(await listJobs(account('{"kind":"batch"}'), 'batch')).toEqual([
    {
      job: 'feed',
      state: 'returned',
      on: 'blue',
      unfinished: 'returning',
      cause: 'Its run has failed',
      execution: 'b',
    },
    { job: 'orders', state: 'proving', on: 'green', provingUntil: '2026-12-01T02:00Z', execution: 'a' },
  ]);
});

test('a migration that moves no jobs has none', async () => {
  expect(await listJobs(account('{"kind":"cache"}'), 'batch')).toBeUndefined();
});
