import { checkSdkTask, parseSdkResource } from '../../rehearsal/aws/sdk-schemas';
import type { StateMachine } from '../../rehearsal/states-language';
import { allStates } from '../../rehearsal/states-language/definition/walk';
import { real } from '../given-back';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES } from './example-under-test';
import { MACHINES } from './machines';

afterAll(removeTemporaryFolders);

const tasksOf = (machine: StateMachine) =>
  [...allStates(machine)].flatMap(({ name, state }) =>
    state.Type === 'Task' && parseSdkResource(state.Resource) !== undefined
      ? [{ name, resource: state.Resource, args: state.Arguments as Record<string, unknown> }]
      : [],
  );

test('every migration has a machine that moves clients, beside one that only looks', () => {
  const calls = MACHINES.map(([, machine]) => tasksOf(machine).length);
  expect(calls.filter((count) => count > 20).length).toBeGreaterThanOrEqual(EXAMPLES.length + 6);
});

/** One of its machines starts the other by Step Functions' own integration, and calls nothing else. */
const OF_JOBS = 'batch-host';

describe.each(MACHINES)('%s', (example, machine) => {
  const tasks = tasksOf(machine);
  // Of arguments that one expression makes, the names are inside it: the first test looks there.
  const stated = tasks.filter(({ args }) => typeof args === 'object');

  test('calls every AWS service, action and parameter by the name that Step Functions has for it', async () => {
    if (example !== OF_JOBS) expect(tasks.length).toBeGreaterThan(4);
    for (const { name, resource, args } of tasks) {
      expect([name, real(await checkSdkTask(resource, args))]).toEqual([name, []]);
    }
  });

  test('would be refused with any parameter misspelt', async () => {
    for (const { name, resource, args } of stated) {
      for (const [parameter, value] of Object.entries(args)) {
        const { [parameter]: _misspelt, ...others } = args;
        const problems = await checkSdkTask(resource, { ...others, [`${parameter}x`]: value });
        expect([name, parameter, problems.map(({ kind }) => kind)]).toEqual([
          name,
          parameter,
          expect.arrayContaining(['unknown-parameter']),
        ]);
      }
    }
  });

  test('would be refused without what an action must be told', async () => {
    const missed: string[] = [];
    for (const { resource, args } of stated) {
      for (const parameter of Object.keys(args)) {
        const { [parameter]: _left, ...others } = args;
        const problems = await checkSdkTask(resource, others);
        if (problems.some(({ kind }) => kind === 'missing-parameter')) missed.push(parameter);
      }
    }
    const needed = ['HostedZoneId', 'ChangeBatch', 'Names', 'Name', 'Value'];
    const said = needed.filter((parameter) => stated.some(({ args }) => parameter in args));
    if (example !== OF_JOBS) expect(said).toContain('Names');
    expect(missed).toEqual(expect.arrayContaining(said));
  });
});

test('the API’s own spelling is refused where Step Functions has another', async () => {
  const changes = (record: object) => ({
    HostedZoneId: 'Z1',
    ChangeBatch: { Changes: [{ Action: 'UPSERT', ResourceRecordSet: { Name: 'a', Type: 'CNAME', ...record } }] },
  });
  const resource = 'arn:aws:states:::aws-sdk:route53:changeResourceRecordSets';
  expect(await checkSdkTask(resource, changes({ Ttl: 5 }))).toEqual([]);
  expect(await checkSdkTask(resource, changes({ TTL: 5 }))).not.toEqual([]);
});
