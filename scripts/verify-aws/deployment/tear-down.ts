import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
  type Route53Client,
} from '@aws-sdk/client-route-53';
import { ListExecutionsCommand, type SFNClient, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { DeleteParameterCommand, GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import { readParameters } from '../../../bin/operator/parameters';
import { namesOf, type Scenario } from '../app/scenario';
import type { AwsClients } from '../aws-clients';
import type { Pace } from '../night/observed';
import { deleteStack } from './delete-stack';
import { placesOf } from './places-of';

export interface TearDownProps {
  readonly scenario: Scenario;
  readonly clients: AwsClients;
  readonly pace: Pace;
  readonly note: (line: string) => void;
}

/**
 * Takes everything away, whatever has happened before, and gives what is left: each step is tried, whatever became of
 * the ones before it.
 */
export async function tearDown({ scenario, clients, pace, note }: TearDownProps): Promise<string[]> {
  const { migration, stacks } = namesOf(scenario);
  const [cachesStack, migrationStack] = stacks;
  const left: string[] = [];
  const step = async (what: string, act: () => Promise<readonly string[] | undefined>) => {
    note(what);
    try {
      left.push(...((await act()) ?? []));
    } catch (error) {
      left.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await step('stop what runs', () => stopExecutions(clients, migration));
  await step(`delete ${migrationStack}`, () => deleteStack(clients.cloudformation, migrationStack, pace));
  await step('delete its parameters', () => deleteParameters(clients.ssm, migration));
  // A zone can be deleted when it is empty, and the record outlives its migration.
  await step('empty the zone', () => emptyZone(clients, scenario));
  await step(`delete ${cachesStack}`, () => deleteStack(clients.cloudformation, cachesStack, pace));
  return left;
}

async function stopExecutions(clients: AwsClients, migration: string): Promise<undefined> {
  const parameters = await readParameters(clients.ssm, migration).catch(() => undefined);
  const stateMachineArn = parameters?.['state-machine'];
  if (stateMachineArn === undefined) return;
  // A recovery begins when the first is stopped.
  for (const executionArn of await running(clients.sfn, stateMachineArn)) {
    await clients.sfn.send(new StopExecutionCommand({ executionArn, cause: 'verify:aws tears down' }));
  }
}

async function running(sfn: SFNClient, stateMachineArn: string): Promise<string[]> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  return executions.flatMap(({ executionArn }) => executionArn ?? []);
}

async function deleteParameters(ssm: SSMClient, migration: string): Promise<undefined> {
  for (;;) {
    const { Parameters = [] } = await ssm.send(
      new GetParametersByPathCommand({ Path: `/cdk-cutover/${migration}`, Recursive: true }),
    );
    if (Parameters.length === 0) return;
    for (const { Name } of Parameters) await ssm.send(new DeleteParameterCommand({ Name }));
  }
}

async function emptyZone(clients: AwsClients, scenario: Scenario): Promise<undefined> {
  const places = await placesOf(clients.cloudformation, scenario).catch(() => undefined);
  if (places === undefined) return;
  await deleteRecords(clients.route53, places.zoneId);
}

async function deleteRecords(route53: Route53Client, zoneId: string): Promise<void> {
  const { ResourceRecordSets = [] } = await route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId }));
  const ours = ResourceRecordSets.filter(({ Type }) => Type !== 'NS' && Type !== 'SOA');
  if (ours.length === 0) return;
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: zoneId,
      ChangeBatch: { Changes: ours.map((set) => ({ Action: 'DELETE', ResourceRecordSet: set })) },
    }),
  );
}
