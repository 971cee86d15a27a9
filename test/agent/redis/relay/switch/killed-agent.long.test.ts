import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiesAt } from '../../replication/support/agent-main';
import { AgentProcess } from '../../replication/support/agent-process';
import { differences } from '../../replication/support/independent-comparison';
import { endpointOf, Stage } from '../../stage';

const stage = new Stage();
afterEach(() => stage.end());
jest.setTimeout(120_000);

const MOVE = { from: 'blue', to: 'green', maxPauseMs: 10_000, closesOthers: false } as const;
/** When it dies, and which side its successor then serves. */
const DEATHS: readonly (readonly [DiesAt, 'blue' | 'green'])[] = [
  ['before hold', 'blue'],
  ['after hold', 'blue'],
  ['before prepare', 'blue'],
  ['after prepare', 'blue'],
  ['before release', 'green'],
  ['after release', 'green'],
];

test.each(DEATHS)('an agent that dies %s: its successor serves %s, and copies from there', async (diesAt, side) => {
  const announcing = { notifyKeyspaceEvents: 'AKE' };
  const [blue, green] = [
    await stage.server('redis', '6.0', announcing),
    await stage.server('valkey', '8.1', announcing),
  ];
  const stateDirectory = await mkdtemp(join(tmpdir(), 'agent-state-'));
  const setup = { blue: endpointOf(blue), green: endpointOf(green), stateDirectory, consistency: 'FENCED' } as const;
  stage.later(() => rm(stateDirectory, { recursive: true, force: true }));
  const start = async (more: { readonly diesAt?: DiesAt } = {}) => {
    const agent = await AgentProcess.start({ ...setup, ...more });
    stage.later(() => agent.kill());
    return agent;
  };
  const port = randomInt(20_000, 28_000);
  const filled = await stage.user(blue);
  await filled.mset(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key:${i}`, `${i}`])));
  filled.disconnect();

  const first = await start({ diesAt });
  await first.run('redis.replicate', { from: 'blue', to: 'green', targetIsOurs: false, overlap: false });
  await first.run('redis.verify', { from: 'blue', to: 'green', mode: 'full' });
  await first.run('redis.interpose', { serving: 'blue', port, takesOver: false });
  const user = await stage.user({ host: '127.0.0.1', port });
  await user.set('key:1', 'before');
  await expect(first.run('redis.handover', MOVE)).rejects.toThrow('the agent process has ended');

  const next = await start();
  expect(await next.run('redis.relay', {})).toMatchObject({ serving: side, port });
  const other = side === 'blue' ? 'green' : 'blue';
  const again = await stage.user({ host: '127.0.0.1', port });
  expect(await again.get('key:1')).toBe('before');
  await again.mset('key:1', 'after', 'key:2', 'after');
  await next.run('redis.drain', { from: side, to: other, timeoutSeconds: 30 });
  const [one, two] = [await stage.user(blue), await stage.user(green)];
  expect(await one.keys('cdk-cutover:*')).toEqual([`cdk-cutover:relay:${side === 'blue' ? 'serves' : 'left'}`]);
  expect(await two.keys('cdk-cutover:*')).toEqual([`cdk-cutover:relay:${side === 'green' ? 'serves' : 'left'}`]);
  expect((await differences(one, two)).filter((line) => !line.includes('cdk-cutover:'))).toEqual([]);
});
