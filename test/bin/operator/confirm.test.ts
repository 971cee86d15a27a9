import { DescribeExecutionCommand, type SFNClient } from '@aws-sdk/client-sfn';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { confirm } from '../../../bin/operator/confirm';
import { consentOf } from '../../../bin/operator/consent';
import type { Clients } from '../../../bin/operator/parameters';
import { status } from '../../../bin/operator/status';

const YES = consentOf(true);
const EXECUTION = 'arn:aws:states:eu-west-1:111122223333:execution:sessions:night';

/** An account whose `sessions` has left this in its confirmation parameter, and what its token was answered with. */
function account(confirmation: object, execution = 'RUNNING') {
  const parameters: Record<string, string> = {
    'state-machine': 'arn:aws:states:eu-west-1:111122223333:stateMachine:sessions',
    journal: JSON.stringify({ phase: 'Check', serving: 'green' }),
    lock: JSON.stringify({ execution: EXECUTION }),
    confirmation: JSON.stringify(confirmation),
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

const ASKED = { token: 'TOKEN', execution: EXECUTION, check: 'a look', instructions: 'Log in.' };

test('a check that waits for a person is confirmed by its name', async () => {
  const { clients, answers } = account(ASKED);
  expect((await status(clients, 'sessions')).waitsForConfirmation).toBe('a look');
  expect(await confirm(clients, 'sessions', 'a look', { by: 'ann' }, YES)).toMatchObject({ answer: 'confirmed' });
  expect(answers).toEqual([{ taskToken: 'TOKEN', output: '{"by":"ann"}' }]);
});

test('or refused with a reason, with who says so before the first colon', async () => {
  const { clients, answers } = account(ASKED);
  await confirm(clients, 'sessions', 'a look', { by: 'ann: ops', no: 'pages are empty: all of them' }, YES);
  expect(answers).toEqual([{ taskToken: 'TOKEN', error: 'Refused', cause: 'ann ops: pages are empty: all of them' }]);
});

test('nobody confirms one check who meant another, or says no without a reason', async () => {
  const { clients, answers } = account(ASKED);
  await expect(confirm(clients, 'sessions', 'orders', { by: 'ann' }, YES)).rejects.toThrow(
    "sessions waits for the check 'a look', and not for 'orders'. To answer that: cutover confirm sessions \"a look\"",
  );
  await expect(confirm(clients, 'sessions', 'a look', { by: 'ann', no: ' ' }, YES)).rejects.toThrow(/^--no: got ' '/);
  expect(answers).toEqual([]);
});

test.each([
  ['was answered', { execution: EXECUTION, check: 'a look', passed: true }, 'RUNNING'],
  ['is of an execution that has ended', ASKED, 'ABORTED'],
])('what %s waits no more', async (_what, confirmation, execution) => {
  const { clients } = account(confirmation, execution);
  expect((await status(clients, 'sessions')).waitsForConfirmation).toBeUndefined();
  await expect(confirm(clients, 'sessions', 'a look', { by: 'ann' }, YES)).rejects.toThrow(
    'sessions does not wait for a check that a person makes; it is in Check. See: cutover status sessions',
  );
});
