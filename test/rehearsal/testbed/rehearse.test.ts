import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { CacheConsistency } from '../../../lib';
import { openCache } from '../../../rehearsal/clients/redis/data/cache-address';
import type { TraceEntry } from '../../../rehearsal/testbed/trace';
import { synthesizeMigration } from './app-under-test';
import { onDemand } from './on-demand';
import { perform, summary, told, WELL } from './perform';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
const fenced = synthesizeMigration(join(folder, 'fenced'), CacheConsistency.FENCED);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a fenced cutover moves clients with nothing lost', async () => {
  const record = await perform(fenced);
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'green' });
  expect(told(record.result).data.mismatches).toBe(0);
  expect(record.result.cutover.phases.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      'Preflight',
      'Replicate',
      'Quiesce',
      'Fence',
      'Drain',
      'Verify',
      'Reverse',
      'Switch',
      'Evict',
    ]),
  );
});

test('how it ended reaches the rules that the app has for it, as far as their targets let EventBridge in', async () => {
  const app = synthesizeMigration(
    join(folder, 'told'),
    CacheConsistency.FENCED,
    () => [],
    'applications',
    () => ({}),
    () => ({}),
    (migration) => {
      const topic = new Topic(migration, 'OnCall');
      migration.onOutcome('Any', { target: new SnsTopic(topic) });
      migration.onOutcome('Other', {
        target: new SnsTopic(topic),
        eventPattern: { detail: { outcome: ['rolledBack'] } },
      });
      // Its policy lets nobody in.
      const closed = new Topic(migration, 'Closed');
      migration.onOutcome('Shut', { target: { bind: () => ({ arn: closed.topicArn }) } });
    },
  );
  const { result } = await perform(app);
  expect(told(result).outcomes).toEqual([
    {
      outcome: 'cutOver',
      activeSide: 'green',
      deliveries: [
        { rule: expect.stringContaining('Any'), target: expect.stringContaining('OnCall') },
        {
          rule: expect.stringContaining('Shut'),
          target: expect.anything(),
          error: expect.stringMatching(/sns:Publish/),
        },
      ],
    },
  ]);
});

test('clients go back in an execution of its own, with what they wrote meanwhile', async () => {
  const record = await perform(fenced, { action: 'rollback' });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'blue' });
});

test('at LIVE clients are moved, and nothing that was promised is lost', () => isMoved(CacheConsistency.LIVE));

onDemand('at COLD clients are moved by their shares', () => isMoved(CacheConsistency.COLD));

test('what is kept at the end can be connected to, and every call, state and line of the agent is traced', async () => {
  const entries: TraceEntry[] = [];
  const kept: string[] = [];
  const record = await perform(fenced, {
    action: 'preflight',
    onTrace: (entry) => entries.push(entry),
    keep: async ({ result }, connections) => {
      kept.push(result.outcome, ...connections.map(({ to }) => to));
      const [blue] = connections;
      const [, host = '', port = ''] = /^redis-cli -h (\S+) -p (\d+)$/.exec(blue?.command ?? '') ?? [];
      const cache = await openCache({ host, port: Number(port) });
      kept.push(await cache.ping());
      cache.disconnect();
    },
  });
  expect(kept).toEqual([record.result.outcome, 'blue', 'green', 'AWS', 'PONG']);
  const lines = entries.map((entry) => JSON.stringify(entry));
  expect(lines).toContainEqual(expect.stringMatching(/"of":"call".*"action":"startExecution"/));
  expect(lines).toContainEqual(expect.stringMatching(/"of":"state".*"event":"entered","state":"Preflight"/));
  expect(lines).toContainEqual(expect.stringMatching(/"of":"state".*"event":"exited".*"outcome":"succeeded"/));
  expect(lines).toContainEqual(expect.stringMatching(/"of":"agent","log":\{/));
});

test('a definition without its fence is found out', async () => {
  const record = await perform(fenced, {
    alter: (definition) => {
      const states = definition.States as Record<string, { Branches?: unknown }>;
      const fence = states.Fence;
      if (fence === undefined) throw new Error('The definition has no phase Fence.');
      fence.Branches = [{ StartAt: 'No fence', States: { 'No fence': { Type: 'Pass', End: true } } }];
    },
  });
  expect(record.result.ok).toBe(false);
  expect(record.result.invariants.violations.map(({ invariant }) => invariant)).toContain(2);
});

async function isMoved(consistency: CacheConsistency): Promise<void> {
  const record = await perform(synthesizeMigration(join(folder, consistency), consistency));
  expect(summary(record)).toMatchObject({ outcome: 'cutover', serving: 'green', violations: [] });
}
