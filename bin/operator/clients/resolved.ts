import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { SSMClient } from '@aws-sdk/client-ssm';
import type { QueryLogAssociation } from '../../../rehearsal/aws/sdk-schemas/route53resolver';
import { insights, MAX_ROWS } from '../insights';
import { everyItem, type Lookup } from './lookup';
import type { SoughtName, SoughtNames } from './names';
import { getQueryLogConfig, listQueryLogAssociations } from './resolver-client';

/** Somebody who asked for one of the names. */
export interface Resolved {
  readonly address: string;
  readonly vpcId: string;
  /** Of an instance of EC2; absent of others. */
  readonly instanceId?: string;
  readonly name: SoughtName;
  readonly queries: number;
  readonly lastSeen: Date;
}

export interface ResolvedProps {
  readonly migration: string;
  readonly resolver: SSMClient;
  readonly logs: CloudWatchLogsClient;
  readonly vpcId: string;
  readonly account: string;
  readonly sought: SoughtNames;
  readonly from: Date;
  readonly to: Date;
}

const WHAT = 'Who resolves the record';
const MAX_ASSOCIATIONS = 100;

/**
 * Who asked Route 53 Resolver for a name, by its query logs. What Resolver answers from its cache it does not log: with a TTL of
 * seconds, and over days, a client is seen all the same.
 *
 * @see docs/aws-facts.md#resolver-query-log
 */
export async function resolvedBy(props: ResolvedProps, lookup: Lookup): Promise<Resolved[]> {
  const found = await lookup.attempt(WHAT, async () => {
    const groups = await logGroups(props, lookup);
    return groups.length === 0 ? [] : query(props, groups, lookup);
  });
  return found ?? [];
}

async function logGroups(props: ResolvedProps, lookup: Lookup): Promise<string[]> {
  const { resolver, vpcId, migration } = props;
  const associations = await everyItem<QueryLogAssociation>(
    async (NextToken) => {
      const page = await listQueryLogAssociations(resolver, {
        Filters: [{ Name: 'ResourceId', Values: [vpcId] }],
        ...(NextToken !== undefined && { NextToken }),
      });
      return { items: page.ResolverQueryLogConfigAssociations ?? [], next: page.NextToken };
    },
    MAX_ASSOCIATIONS,
    () => lookup.miss(WHAT, `More query logs of ${vpcId} than ${MAX_ASSOCIATIONS}.`),
  );
  if (associations.length === 0) {
    lookup.miss(
      WHAT,
      `Queries of ${vpcId} are not logged. The code that turns it on: cutover clients ${migration} --enable-query-log`,
    );
  }
  const groups: string[] = [];
  for (const { ResolverQueryLogConfigId: id = '', Status: status, ErrorMessage: message = '' } of associations) {
    if (status !== 'ACTIVE') {
      lookup.miss(WHAT, `The query log ${id} of ${vpcId} is ${status}. ${message}`.trim());
      continue;
    }
    const config = await getQueryLogConfig(resolver, { ResolverQueryLogConfigId: id });
    const destination = config.ResolverQueryLogConfig?.DestinationArn ?? '';
    const [, , service, , account, , group] = destination.split(':');
    if (service === 'logs' && group !== undefined && account === props.account) groups.push(group);
    else lookup.miss(WHAT, `Queries of ${vpcId} are logged to ${destination}, which this command does not read.`);
  }
  return [...new Set(groups)];
}

async function query({ logs, sought, from, to }: ResolvedProps, groups: readonly string[], lookup: Lookup) {
  const names = sought.all.map(({ name }) => `"${name}."`).join(', ');
  const text = `filter query_name in [${names}] | stats count(*) as queries, max(@timestamp) as last by vpc_id, srcaddr, srcids.instance, query_name`;
  const rows = await insights(logs, { groups, from, to, text });
  if (rows.length >= MAX_ROWS) lookup.miss(WHAT, `More rows than ${MAX_ROWS}: ask for fewer days.`);
  return rows.flatMap((row): Resolved[] => {
    const name = sought.all.find(({ name: each }) => `${each}.` === row.query_name);
    if (name === undefined) return [];
    const instanceId = row['srcids.instance'];
    return [
      {
        address: row.srcaddr ?? '',
        vpcId: row.vpc_id ?? '',
        ...(instanceId !== undefined && { instanceId }),
        name,
        queries: Number(row.queries),
        lastSeen: new Date(Number(row.last)),
      },
    ];
  });
}
