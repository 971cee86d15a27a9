import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../../rehearsal/aws/clock';
import { ControlPlane } from '../../../rehearsal/aws/control-plane';
import { AwsEndpoint } from '../../../rehearsal/aws/endpoint/endpoint';
import { Identifiers } from '../../../rehearsal/aws/identifiers';
import { Sfn } from '../../../rehearsal/aws/sfn/sfn';
import { Sts } from '../../../rehearsal/aws/sts';
import type { JudgedState } from '../../../scripts/verify-aws/states/judge';
import { anyone } from '../aws/test-environment';

const PROJECT = join(__dirname, '../../..');
const environment = {
  account: '111122223333',
  region: 'eu-west-1',
  clock: systemClock,
  ids: new Identifiers('verify-states'),
};
const runner = { stateMachineArns: [], executions: () => [], start: () => {}, stop: () => Promise.resolve() };
const plane = new ControlPlane({
  environment,
  services: [new Sfn({ environment, activityArns: [], runner }), new Sts(environment)],
});
const faults: unknown[] = [];
const endpoint = new AwsEndpoint({ plane, onFault: (fault) => faults.push(fault) });
let url: string;

beforeAll(async () => {
  url = await endpoint.start();
});
afterAll(() => endpoint.stop());

/** The command as an operator gives it, its AWS being the endpoint here. */
async function verifyAws(...options: string[]) {
  const { accessKeyId, secretAccessKey, sessionToken } = endpoint.credentialsFor(anyone);
  const child = spawn(
    process.execPath,
    [join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), join(PROJECT, 'scripts/verify-aws/main.ts'), ...options],
    {
      cwd: PROJECT,
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: url,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { out, err, code };
}

test('the states of an example are rehearsed here, and asked of the account', async () => {
  const { out, err, code } = await verifyAws(
    ...['--account', environment.account, '--region', environment.region],
    ...['--states', '--example', 'pure-cache', '--json'],
  );
  expect({ code, faults, err: code === 0 ? '' : err }).toEqual({ code: 0, faults: [], err: '' });
  const { states } = JSON.parse(out) as { states: readonly JudgedState[] };
  const count = (verdict: JudgedState['verdict']) => states.filter((state) => state.verdict === verdict).length;
  expect(count('same')).toBeGreaterThan(100);
  expect(count('same') + count('taken')).toBeGreaterThan(states.length * 0.8);
}, 300_000);

test('nothing is begun in another account than was typed', async () => {
  const { err, code } = await verifyAws('--account', '999999999999', '--region', environment.region, '--yes');
  expect(code).toBe(1);
  expect(err).toContain('--account: got 999999999999, and the credentials at hand are of 111122223333');
  expect(err).not.toContain('What will be made');
}, 60_000);
