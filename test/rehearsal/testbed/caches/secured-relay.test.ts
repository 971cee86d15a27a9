import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { CacheConsistency } from '../../../../lib';
import { synthesizeSecured } from '../app-under-test';
import { perform, summary, WELL } from '../perform';

jest.setTimeout(300_000);

const folder = mkdtempSync(join(tmpdir(), 'secured-relay-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('clients that speak TLS and sign in go to green and back through a relay, and nothing is lost', async () => {
  const app = synthesizeSecured(join(folder, 'relayed'), CacheConsistency.FENCED, 'token', (stack) => ({
    relay: { certificate: new Secret(stack, 'Certificate') },
    workloads: [],
  }));
  const record = await perform(app, { action: 'rollback' });
  expect(summary(record)).toEqual({ ...WELL, outcome: 'cutover', serving: 'blue' });
  expect(record.figures.sides.map(({ side }) => side)).toEqual(['blue', 'green', 'blue']);
});
