import { PassThrough } from 'node:stream';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { Action } from '../../../bin/operator/actions';
import { consentOf } from '../../../bin/operator/consent';
import { start } from '../../../bin/operator/start';

const ARN = 'arn:aws:states:eu-west-1:111122223333:stateMachine:sessions';

/** An account in which the parameter names this state machine. */
function account(named = ARN, more: Record<string, string> = {}) {
  const started: unknown[] = [];
  const values: Record<string, string> = {
    'state-machine': named,
    journal: JSON.stringify({ phase: 'settled', serving: 'green' }),
    ...more,
  };
  const ssm = {
    send: async ({ input }: { input: { Names: string[] } }) => ({
      Parameters: input.Names.flatMap((Name) => {
        const Value = values[Name.split('/').at(-1) ?? ''];
        return Value === undefined ? [] : [{ Name, Value, ARN: `arn:aws:ssm:eu-west-1:111122223333:parameter${Name}` }];
      }),
    }),
  } as unknown as SSMClient;
  const sfn = {
    send: async (command: { input: unknown }) => {
      started.push(command.input);
      return { executionArn: 'arn:…:night' };
    },
  } as unknown as SFNClient;
  return { clients: { ssm, sfn }, started };
}

/** A terminal at which somebody types this. */
function terminal(typed: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  input.write(`${typed}\n`);
  return { input: input as unknown as typeof process.stdin, output: output as unknown as typeof process.stderr };
}

const said = (output: NodeJS.ReadableStream) => String(output.read() ?? '');

test.each<Action>(['cutover', 'rollback', 'recover', 'retire'])(
  '%s says where it is and who serves, and starts when the name is typed',
  async (action) => {
    const { clients, started } = account();
    const { input, output } = terminal('sessions');
    await start(clients, 'sessions', action, consentOf(false, input, output));
    expect(started).toEqual([{ stateMachineArn: ARN, input: JSON.stringify({ action }) }]);
    expect(said(output as unknown as PassThrough)).toMatch(
      new RegExp(`111122223333, eu-west-1\nMigration {4}sessions\nActive side {2}green\n${action} `),
    );
  },
);

test.each<Action>(['cutover', 'rollback', 'recover', 'retire'])(
  '%s starts nothing when something else is typed',
  async (action) => {
    const { clients, started } = account();
    const { input, output } = terminal('y');
    await expect(start(clients, 'sessions', action, consentOf(false, input, output))).rejects.toThrow(
      "the name typed was 'y', and not 'sessions'. Nothing was changed.",
    );
    expect(started).toEqual([]);
  },
);

test('a script is told to say --yes, and then is not asked', async () => {
  const { clients, started } = account();
  const piped = new PassThrough() as unknown as typeof process.stdin;
  await expect(start(clients, 'sessions', 'retire', consentOf(false, piped))).rejects.toThrow('say --yes in a script');
  expect(started).toEqual([]);
  await start(clients, 'sessions', 'retire', consentOf(true, piped));
  expect(started).toHaveLength(1);
});

test.each<Action>(['preflight', 'prepare'])('%s changes nothing that clients see, and asks nobody', async (action) => {
  const { clients, started } = account();
  await start(clients, 'sessions', action, consentOf(false, new PassThrough() as unknown as typeof process.stdin));
  expect(started).toHaveLength(1);
});

test.each([
  'arn:aws:states:eu-west-1:444455556666:stateMachine:sessions',
  'arn:aws:states:us-east-1:111122223333:stateMachine:sessions',
  'arn:aws:states:eu-west-1:111122223333:stateMachine:payments',
])('a parameter that names %s starts nothing', async (named) => {
  const { clients, started } = account(named);
  await expect(start(clients, 'sessions', 'preflight', consentOf(true))).rejects.toThrow(
    /names .*, which is not this migration's: that is arn:aws:states:eu-west-1:111122223333:stateMachine:sessions\./,
  );
  expect(started).toEqual([]);
});

test('jobs are named one by one, and said before anything is started', async () => {
  const { clients, started } = account(ARN, { configuration: '{"kind":"batch"}' });
  const { input, output } = terminal('sessions');
  await start(clients, 'sessions', 'cutover', consentOf(false, input, output), ['orders', 'feed']);
  expect(said(output as unknown as PassThrough)).toMatch(/Jobs {7}orders, feed\ncutover moves jobs to the new host/);
  expect(started).toEqual([{ stateMachineArn: ARN, input: '{"action":"cutover","jobs":["orders","feed"]}' }]);
});

test('jobs of a migration that moves none are refused', async () => {
  const { clients, started } = account();
  await expect(start(clients, 'sessions', 'cutover', consentOf(true), ['orders'])).rejects.toThrow('moves no jobs');
  expect(started).toEqual([]);
});
