import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ECSClient } from '@aws-sdk/client-ecs';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Progress } from '../../../contract/common';
import type { connect } from '../connection';
import { manifest, physicalIdOf } from '../manifest';
import { readJournal, readParameters, stateMachineOf } from '../parameters';
import { whoseAddresses } from './addresses';
import { allFunctions, functionsWith, sightingsOf, taskDefinitionsWith } from './configured';
import { type ConnectedGroup, connectedTo } from './connected';
import { Lookup } from './lookup';
import { SoughtNames } from './names';
import { type Network, networkOf } from './network';
import { queryLogCode } from './query-log-code';
import { type ClientsReport, consumersOf, type MovesByDns, type Sighting } from './report';
import { type Resolved, resolvedBy } from './resolved';
import { resolverClient } from './resolver-client';
import { runningTasks } from './running-tasks';
import { parametersWith, secretsWith } from './stored-values';

type Connected = ReturnType<typeof connect>;

export interface ClientsOptions {
  /** How far back logs are read. */
  readonly days: number;
  /** Whether values of secrets are looked into. */
  readonly secretValues: boolean;
  readonly progress: (progress: Progress) => void;
}

const DAY_MS = 86_400_000;

/** Who is connected to a side, who resolves its record, and who is configured with either. It changes nothing. */
export async function clients(
  connected: Connected,
  migration: string,
  options: ClientsOptions,
): Promise<ClientsReport> {
  const { ssm, where } = connected;
  const { days, progress } = options;
  const lookup = new Lookup();
  const parameters = await readParameters(ssm, migration);
  const { account } = stateMachineOf(parameters, migration);
  const { stack, read } = await manifest(connected, migration);
  const activeSide = readJournal(parameters)?.serving ?? 'blue';
  const sought = new SoughtNames(read, parameters.configuration);

  progress({ phase: 'Connections', done: 0 });
  const instance = await physicalIdOf(connected.cloudformation, stack, read.host.instance);
  const document = await documentOf(connected, stack, read.host.clients, lookup);
  const groups = document === undefined ? [] : await connectedTo(ssm, { migration, instance, document }, lookup);

  const [ec2, ecs] = [new EC2Client(where), new ECSClient(where)];
  const network = await networkOf(ec2, instance, lookup);
  progress({ phase: 'ECS tasks', done: 0 });
  const tasks = await runningTasks(ecs, lookup);
  const functions = await allFunctions(new LambdaClient(where), lookup);

  const reading = { sought, lookup, progress };
  const holders = await parametersWith(ssm, `/cdk-cutover/${migration}/`, reading);
  if (options.secretValues) holders.push(...(await secretsWith(new SecretsManagerClient(where), reading)));
  else lookup.miss('Secrets', 'You said --no-secret-values.');
  const configured = [
    ...sightingsOf(holders),
    ...(await taskDefinitionsWith(ecs, tasks, { ...reading, holders })),
    ...functionsWith(functions, { ...reading, holders }),
  ];

  progress({ phase: 'Query logs', done: 0 });
  const to = new Date();
  const resolved =
    network === undefined
      ? []
      : await resolvedBy(
          {
            migration,
            resolver: resolverClient(where),
            logs: new CloudWatchLogsClient(where),
            vpcId: network.vpcId,
            account,
            sought,
            from: new Date(to.getTime() - days * DAY_MS),
            to,
          },
          lookup,
        );
  if (network === undefined) lookup.miss('Who resolves the record', 'The VPC of the migration host is not known.');

  const here = resolved.filter(({ vpcId }) => vpcId === network?.vpcId);
  const addresses = [...groups, ...here].map(({ address }) => address);
  const whose = await whoseAddresses(addresses, { ec2, network, tasks, functions }, lookup);
  const ofOthers = resolved.filter(({ instanceId }) => instanceId !== instance);
  return {
    migration,
    activeSide,
    records: sought.records,
    days,
    consumers: consumersOf([
      ...groups.map((group) => connectedSighting(group, whose, activeSide, to)),
      ...ofOthers.map((each) => resolvedSighting(each, whose, network)),
      ...configured,
    ]),
    notLookedAt: lookup.notLookedAt,
  };
}

/** The code that turns on the query log of the VPC in which the migration's host is. */
export async function enableQueryLog(connected: Connected, migration: string): Promise<string> {
  const { stack, read } = await manifest(connected, migration);
  const instance = await physicalIdOf(connected.cloudformation, stack, read.host.instance);
  const lookup = new Lookup();
  const network = await networkOf(new EC2Client(connected.where), instance, lookup);
  if (network === undefined) {
    throw new Error(lookup.notLookedAt.map(({ what, why }) => `${what} was not found: ${why}`).join(' '));
  }
  return queryLogCode(network.vpcId);
}

async function documentOf(connected: Connected, stack: string, logicalId: string | undefined, lookup: Lookup) {
  if (logicalId !== undefined) {
    return lookup.attempt('Connections to blue and green', () =>
      physicalIdOf(connected.cloudformation, stack, logicalId),
    );
  }
  lookup.miss(
    'Connections to blue and green',
    "A version of cdk-cutover deployed the migration that has no document to list them. Deploy the migration's stack with this one.",
  );
  return undefined;
}

/** Who is left on the side that does not serve has not followed the record. */
function connectedSighting(
  { side, address, detail }: ConnectedGroup,
  whose: ReadonlyMap<string, string>,
  activeSide: string,
  now: Date,
): Sighting {
  const left: MovesByDns = side === activeSide ? 'unknown' : 'no';
  const which = side === activeSide ? side : `${side}, which does not serve`;
  return {
    consumer: whose.get(address) ?? address,
    evidence: `connected to ${which}: ${detail}`,
    lastSeen: now,
    moves: left,
  };
}

function resolvedSighting(
  { address, vpcId, instanceId, name, queries, lastSeen }: Resolved,
  whose: ReadonlyMap<string, string>,
  network: Network | undefined,
): Sighting {
  const here = vpcId === network?.vpcId ? whose.get(address) : undefined;
  const there = instanceId === undefined ? `${address} of ${vpcId}` : `EC2 instance ${instanceId} of ${vpcId}`;
  return {
    consumer: here ?? there,
    evidence: `resolves ${name.means}: ${queries} ${queries === 1 ? 'query' : 'queries'} logged`,
    lastSeen,
    moves: name.moves,
  };
}
