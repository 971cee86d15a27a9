import type { SFNClient } from '@aws-sdk/client-sfn';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { status } from '../../../bin/operator/status';

test('while prepare runs, it says what is being converted; afterwards nothing', async () => {
  const execution = 'arn:aws:states:eu-west-1:111122223333:execution:shop:day';
  const asked = (journal: object) => {
    const parameters: Record<string, string> = {
      'state-machine': 'arn:aws:states:eu-west-1:111122223333:stateMachine:shop',
      journal: JSON.stringify({ from: 'blue', to: 'green', execution, ...journal }),
    };
    const ssm = {
      send: async ({ input }: { input: { Names: string[] } }) => ({
        Parameters: input.Names.flatMap((Name) => {
          const Value = parameters[Name.split('/').at(-1) ?? ''];
          return Value === undefined ? [] : [{ Name, Value }];
        }),
      }),
    } as unknown as SSMClient;
    const sfn = { send: async () => ({ status: 'RUNNING' }) } as unknown as SFNClient;
    return status({ ssm, sfn }, 'shop');
  };
  expect(await asked({ phase: 'Prepare', conversion: 'toInnoDb shop.orders, 3 of 12' })).toMatchObject({
    phase: 'Prepare',
    converting: 'toInnoDb shop.orders, 3 of 12',
  });
  expect((await asked({ phase: 'settled', conversion: null })).converting).toBeUndefined();
});

test.each(['journal', 'lock', 'configuration', 'approval', 'confirmation'])(
  'a %s that somebody has overwritten is told as that, with how to find what it was',
  async (leaf) => {
    for (const value of ['{"phase": ', 'null', '42']) {
      const ssm = {
        send: async ({ input }: { input: { Names: string[] } }) => ({
          Parameters: input.Names.map((Name) => ({ Name, Value: Name.endsWith(`/${leaf}`) ? value : '{}' })),
        }),
      } as unknown as SSMClient;
      await expect(status({ ssm, sfn: {} as SFNClient }, 'shop')).rejects.toThrow(
        `the parameter /cdk-cutover/shop/${leaf} holds no JSON object: somebody has changed it`,
      );
    }
  },
);
