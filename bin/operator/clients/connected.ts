import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { ClientsResult } from '../../../contract/cache';
import type { Side } from '../../../contract/common';
import type { ConnectionsResult } from '../../../contract/database';
import type { MemcachedClients } from '../../../contract/memcached';
import { ifDenied } from '../denied';
import { runCommand } from '../run-command';
import type { Lookup } from './lookup';

/** Connections of one address that are alike. */
export interface ConnectedGroup {
  readonly side: Side;
  readonly address: string;
  /** `3 connections, database 0, name worker, last command GET`. */
  readonly detail: string;
}

export interface ListClientsProps {
  readonly migration: string;
  readonly instance: string;
  readonly document: string;
}

type AgentResult = ClientsResult | ConnectionsResult | MemcachedClients;

/** Who is connected to either side now, as the agent's program on the migration host sees it. */
export async function connectedTo(ssm: SSMClient, props: ListClientsProps, lookup: Lookup): Promise<ConnectedGroup[]> {
  const { migration, instance, document } = props;
  const comment = `cutover clients ${migration}: reads only`;
  const printed = await lookup.attempt('Connections to blue and green', () =>
    runCommand(ssm, { document, instance, comment }).catch(denied),
  );
  if (printed === undefined) return [];
  const groups = await Promise.all(
    (['blue', 'green'] as const).map((side) =>
      lookup.attempt(`Connections to ${side}`, async () => groupsOf(side, await resultOf(side, printed), lookup)),
    ),
  );
  return groups.flatMap((each) => each ?? []);
}

async function resultOf(side: Side, printed: string): Promise<AgentResult> {
  const line = printed.split('\n').find((each) => each.startsWith(`${side} `));
  const [, how, packed] = line?.trim().split(' ') ?? [];
  if (packed === undefined) throw new Error('The host did not say: its answer was cut off, or is of another version.');
  const text = (await promisify(gunzip)(Buffer.from(packed, 'base64'))).toString('utf8').trim();
  if (how !== 'ok') throw new Error(`The agent's program said: ${text === '' ? 'nothing within 25 s' : text}`);
  return JSON.parse(text);
}

function groupsOf(side: Side, { connections, groups }: AgentResult, lookup: Lookup): ConnectedGroup[] {
  const clients = groups.filter((group) => !('kind' in group) || group.kind !== 'replication');
  const named = clients.reduce((sum, group) => sum + group.connections, 0);
  if (named < connections) {
    lookup.miss(
      `Connections to ${side}`,
      `${connections - named} of ${connections}: the agent names the 200 most numerous groups.`,
    );
  }
  return clients.map((group) => {
    const address = 'host' in group ? addressOf(group.host) : group.address;
    const facts = [`${group.connections} connection${group.connections === 1 ? '' : 's'}`, ...factsOf(group)];
    return { side, address, detail: facts.join(', ') };
  });
}

function factsOf(group: AgentResult['groups'][number]): string[] {
  if ('host' in group) return [`database ${group.database || 'none'}`, `user ${group.user}`, group.kind];
  if (!('database' in group)) return [];
  const { database, name, lastCommand } = group;
  return [`database ${database}`, ...(name === '' ? [] : [`name ${name}`]), `last command ${lastCommand}`];
}

/** A server that resolves names says `ip-10-0-1-7.eu-west-1.compute.internal`. */
const addressOf = (host: string) => host.replace(/^ip-(\d+)-(\d+)-(\d+)-(\d+)\..*$/, '$1.$2.$3.$4');

const denied = ifDenied("grantOperate allows it: deploy the migration's stack with this version.");
