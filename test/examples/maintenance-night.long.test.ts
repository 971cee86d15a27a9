import type { Statement } from '../../rehearsal/assembly';
import { runbookOf } from '../../rehearsal/runbook/runbook';
import { findMigration } from '../../rehearsal/testbed/migration';
import { Cloud } from '../lib/cloud';
import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { synthesized } from './example-under-test';

jest.setTimeout(300_000);
afterAll(removeTemporaryFolders);

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const DEFINITION_BYTES = 1_000_000;
const PAYLOAD_BYTES = 256 * 1024;
const EVENTS = 25_000;
/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
const TEMPLATE_BYTES = 1_000_000;
/** @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const PARAMETER_BYTES = 8 * 1024;
/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const IAM = { inline: 10_240, managed: 6_144, attached: 10 };

const { assembly, template } = synthesized('maintenance-night');
const migration = findMigration(assembly);
const role = assembly.role(migration.stateMachine.roleArn);
const size = (value: unknown) => Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));
const ofKind = (kind: string) => migration.workloads.filter((workload) => workload.kind === kind);
const listed = (value: unknown): string[] => [value].flat().map(String);

test('35 services, 30 endpoints and 20 monitors stop, each with somebody who answers for it', () => {
  expect(
    [ofKind('ECS service'), ofKind('maintenance mode'), ofKind('Datadog monitors')].map((all) => all.length),
  ).toEqual([35, 30, 20]);
  expect(new Set(migration.workloads.map(({ stage }) => stage))).toEqual(new Set([0, 1, 2]));
  for (const { owner } of migration.workloads) expect(owner).toMatch(/#team-/);
});

test('the definition and its template have room for more', () => {
  const [machine] = assembly.resources('AWS::StepFunctions::StateMachine');
  expect(size(machine?.property('DefinitionString'))).toBeLessThan(DEFINITION_BYTES * 0.6);
  expect(size(template('MaintenanceNightMigration'))).toBeLessThan(TEMPLATE_BYTES);
});

describe('the role', () => {
  const statements = role.policies.flatMap((policy) => policy.statements);
  const allowed = (action: string): Statement[] => statements.filter(({ Action }) => listed(Action).includes(action));
  const resourcesOf = (action: string) =>
    [...new Set(allowed(action).flatMap(({ Resource }) => listed(Resource)))].sort();
  const arn = (service: string, rest: string) => `arn:aws:${service}:eu-west-1:111122223333:${rest}`;

  test('may stop the services that are listed, and no other', () => {
    const services = migration.workloads
      .filter(({ type }) => type === 'ecsService')
      .map(({ facts: { cluster, service } }) => arn('ecs', `service/${cluster}/${service}`))
      .sort();
    expect(services).toHaveLength(35);
    expect(resourcesOf('ecs:UpdateService')).toEqual(services);
    expect(resourcesOf('ecs:DescribeServices')).toEqual(services);
  });

  test('may show pages on the one listener alone', () => {
    const listener = 'app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2';
    expect(resourcesOf('elasticloadbalancing:CreateRule')).toEqual([
      arn('elasticloadbalancing', `listener/${listener}`),
    ]);
    expect(resourcesOf('elasticloadbalancing:DeleteRule')).toEqual([
      arn('elasticloadbalancing', `listener-rule/${listener}/*`),
    ]);
  });

  test('may call Datadog’s monitors and downtimes, over one connection', () => {
    const endpoints = allowed('states:InvokeHTTPEndpoint').flatMap(({ Condition }) => {
      const { StringLike } = Condition as Record<string, Record<string, string[]>>;
      return listed(StringLike?.['states:HTTPEndpoint']);
    });
    expect(endpoints.length).toBeGreaterThan(2);
    for (const endpoint of endpoints)
      expect(endpoint).toMatch(/^https:\/\/api\.datadoghq\.com\/api\/v[12]\/(monitor|downtime)/);
    const [connection] = assembly.resources('AWS::Events::Connection');
    expect(resourcesOf('events:RetrieveConnectionCredentials')).toEqual([connection?.attribute('Arn')]);
  });

  test('has policies that IAM takes', () => {
    // The CDK moves what is too long for a policy of the role itself into managed ones.
    const document = ({ statements: Statement }: (typeof role.policies)[number]) =>
      size({ Version: '2012-10-17', Statement });
    const managed = role.policies.filter(({ name }) => /OverflowPolicy/.test(name));
    const inline = role.policies.filter((policy) => !managed.includes(policy));
    expect(managed.length).toBeGreaterThan(0);
    expect(managed.length + role.managedPolicyArns.length).toBeLessThanOrEqual(IAM.attached);
    expect(inline.map(document).reduce((sum, each) => sum + each)).toBeLessThanOrEqual(IAM.inline);
    expect(Math.max(...managed.map(document))).toBeLessThanOrEqual(IAM.managed);
  });
});

test('the longest night, there and by an alarm back, stays within what AWS takes, and all is as it was', async () => {
  const cloud = await Cloud.of(assembly, true);
  const before = cloud.observe();
  const [alarm = ''] = migration.alarmNames;
  const stopped = new Set<string>();
  let looks = 0;
  let untilWatch = { transitions: 0, events: 0 };
  let journal: number[] = [];
  const result = await cloud
    .run('cutover', {
      entered: (state) => {
        if (state === 'Read the alarms') looks += 1;
        if (state === 'Journal: Watch begins') {
          untilWatch = { transitions: cloud.transitions, events: cloud.history.length };
        }
        // The last look but a few of two hours, with services whose targets are let go of after five minutes.
        if (looks === 85) cloud.cloudwatch.setAlarmState(alarm, 'ALARM', 'orders fail');
        if (state !== 'Drain') return;
        // When most is kept: how every workload was, and client ingress.
        journal = ['journal', ...[0, 1, 2, 3].map((part) => `workloads/${part}`)].map((leaf) =>
          size(cloud.parameter(leaf) ?? ''),
        );
        for (const [name, how] of Object.entries(cloud.observe().workloads))
          if (how !== before.workloads[name]) stopped.add(name);
      },
    })
    .finally(() => cloud.stop());

  expect(result).toMatchObject({
    status: 'FAILED',
    error: 'RolledBack',
    cause: `Watch: Alarm: In ALARM: ${alarm} -- Clients are on blue, and what was stopped is back.`,
  });
  expect(looks).toBe(85);
  expect(stopped.size).toBe(85);
  expect(cloud.observe()).toEqual({ ...before, lock: undefined, phase: 'settled', ingress: expect.anything() });
  expect(cloud.observe().ingress.blue).toEqual(before.ingress.blue);

  // The runbook tells it before. Beyond its figures are looks that found something not ready yet.
  const { estimate } = await runbookOf(assembly);
  expect(Math.abs(estimate.transitions / untilWatch.transitions - 1)).toBeLessThan(0.15);
  expect(Math.abs(estimate.events / untilWatch.events - 1)).toBeLessThan(0.15);

  expect(journal).toHaveLength(5);
  expect(Math.min(...journal)).toBeGreaterThan(100);
  expect(Math.max(...journal)).toBeLessThanOrEqual(PARAMETER_BYTES);
  expect(cloud.history.length).toBeLessThan(EVENTS);
  const payloads = cloud.history.flatMap((event) =>
    Object.values(event).flatMap((details) => {
      const { input = '', output = '', parameters: given = '' } = Object(details) as Record<string, string>;
      return [input, output, given].map(size);
    }),
  );
  const payload = payloads.reduce((most, each) => Math.max(most, each));
  expect(payload).toBeLessThan(estimate.largestPayloadBytes);
  expect(estimate.largestPayloadBytes).toBeLessThan(PAYLOAD_BYTES);
  expect(Math.max(...journal)).toBeLessThan(estimate.largestParameterBytes);
});
