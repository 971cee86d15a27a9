import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { answer } from '../../../bin/operator/answer';
import { consentOf } from '../../../bin/operator/consent';
import type { Clients } from '../../../bin/operator/parameters';
import { status } from '../../../bin/operator/status';

const YES = consentOf(true);
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:sessions:night';

/** An account whose `sessions` has left this in its approval parameter, and what its token was answered with. */
function account(approval: object, execution = 'RUNNING') {
  const parameters: Record<string, string> = {
    'state-machine': 'arn:aws:states:eu-west-1:111122223333:stateMachine:sessions',
    journal: JSON.stringify({ phase: 'settled', serving: 'green' }),
    lock: JSON.stringify({ execution: EXECUTION }),
    approval: JSON.stringify(approval),
  };
  const answers: unknown[] = [];
  const ssm = {
    send: async ({ input }: { input: { Names: string[] } }) => ({
      Parameters: input.Names.map((Name) => ({
        Name,
        Value: parameters[Name.split('/').at(-1) ?? ''],
        ARN: `arn:aws:ssm:eu-west-1:111122223333:parameter${Name}`,
      })),
    }),
  } as unknown as SSMClient;
  const sfn = {
    send: async (command: { input: unknown }) => {
      if (command instanceof DescribeExecutionCommand) return { status: execution };
      answers.push(command.input);
      return {};
    },
  } as unknown as SFNClient;
  return { clients: { ssm, sfn } satisfies Clients, answers };
}

const asked = (action: string) => ({ token: 'TOKEN', execution: EXECUTION, action });

test.each(['cutover', 'retire'] as const)('%s that waits is approved by its own word', async (action) => {
  const { clients, answers } = account(asked(action));
  expect((await status(clients, 'sessions')).waitsForApproval).toBe(action);
  expect(await answer(clients, 'sessions', { approved: true, by: 'ops', action }, YES)).toEqual({
    migration: 'sessions',
    execution: EXECUTION,
    answer: `${action} approved`,
  });
  expect(answers).toEqual([{ taskToken: 'TOKEN', output: '{"by":"ops"}' }]);
});

test.each([
  [
    'retire',
    'cutover',
    /waits for an approval of the deletion of blue, not of a cutover\. .*approve sessions --retire/,
  ],
  ['cutover', 'retire', /waits for an approval of a cutover, not of the deletion of blue\./],
] as const)('%s is not approved by who approves a %s', async (waiting, action, message) => {
  const { clients, answers } = account(asked(waiting));
  await expect(answer(clients, 'sessions', { approved: true, by: 'ops', action }, YES)).rejects.toThrow(message);
  expect(answers).toEqual([]);
});

test('either is rejected with a reason', async () => {
  const { clients, answers } = account(asked('retire'));
  await answer(clients, 'sessions', { approved: false, by: 'ops', reason: 'the report still reads it' }, YES);
  expect(answers).toEqual([{ taskToken: 'TOKEN', error: 'Rejected', cause: 'ops: the report still reads it' }]);
});

test.each([
  ['was answered', { execution: EXECUTION, approved: '2026-01-01T00:00:00Z', by: 'ops' }, 'RUNNING'],
  ['is of an execution that has ended', asked('cutover'), 'ABORTED'],
])('what %s waits no more', async (_what, approval, execution) => {
  const { clients } = account(approval, execution);
  expect((await status(clients, 'sessions')).waitsForApproval).toBeUndefined();
  await expect(answer(clients, 'sessions', { approved: true, by: 'ops', action: 'cutover' }, YES)).rejects.toThrow(
    'sessions does not wait for an approval; it is in settled. See: cutover status sessions',
  );
});
