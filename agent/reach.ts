import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { AgentReach } from '../contract/agent';
import type { HttpRequestOfCheck, Reach } from '../contract/common';
import type { Conversion } from '../contract/database';
import { AgentError } from './errors';

/** What the configuration of every migration says, whatever its engine. */
export interface MigrationConfiguration {
  readonly migrationName: string;
  readonly kind: string;
  readonly blue: Reach & { readonly engine: string };
  readonly green: Reach & { readonly engine: string };
  readonly converting?: { readonly endpoint: Reach; readonly conversions: readonly Conversion[] };
  readonly replicationSecretArn?: string;
  /** Of the host's own file, which comes with a deploy: a parameter has none. By hand, of the configuration's file. */
  readonly requests?: readonly HttpRequestOfCheck[];
}

export const address = z.object({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  tls: z.boolean(),
  serverName: z.string().min(1).optional(),
});

const side = address.extend({ readerHost: z.string().min(1).optional(), secretArn: z.string().min(1).optional() });

const request: z.ZodType<HttpRequestOfCheck> = z.object({
  check: z.string().min(1),
  method: z.string().min(1),
  url: z.url({ protocol: /^https?$/ }),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
  status: z.int().min(100).max(599).optional(),
  contains: z.string().min(1).optional(),
});

const tables = z.array(z.string().min(1)).min(1).optional();
export const conversion = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('toInnoDb'), tables }),
  z.object({ kind: z.literal('toDynamic'), tables }),
  z.object({
    kind: z.literal('addIndex'),
    table: z.string().min(1),
    name: z.string().min(1),
    columns: z.array(z.string().min(1)).min(1),
    unique: z.boolean().optional(),
  }),
  z.object({
    kind: z.literal('statements'),
    statements: z.array(z.string().min(1)).min(1),
    changesColumns: z.boolean().optional(),
  }),
]);

export const withRequests = z.object({ requests: z.array(request).optional() });

/** What the host's own file says. */
export const deployedReach: z.ZodType<AgentReach> = withRequests.extend({
  migrationName: z.string().min(1),
  blue: side,
  green: side,
  converting: side.optional(),
  conversions: z.array(conversion).optional(),
  replicationSecretArn: z.string().min(1).optional(),
});

const FIELDS = ['host', 'readerHost', 'port', 'tls', 'serverName', 'secretArn'] as const satisfies (keyof Reach)[];

/**
 * Throws `Agent.AccessDenied` where a configuration would have the agent sign in elsewhere, or otherwise, than the deploy
 * said that made the host.
 *
 * @param where the parameter that holds the configuration, for the message
 */
export function checkReach(configuration: MigrationConfiguration, reach: AgentReach, where: string): void {
  const changed = [
    ...difference('migrationName', configuration.migrationName, reach.migrationName),
    ...(['blue', 'green'] as const).flatMap((side) => {
      const found: Reach = configuration[side];
      return FIELDS.flatMap((field) => difference(`${side}.${field}`, found[field], reach[side][field]));
    }),
    ...converting(configuration, reach),
    ...difference('replicationSecretArn', configuration.replicationSecretArn, reach.replicationSecretArn),
  ];
  if (changed.length === 0) return;
  throw new AgentError(
    'Agent.AccessDenied',
    `${where} says otherwise than the deploy that made this host: ${changed.join('; ')}. Nothing was signed in to. ` +
      'Deploy the migration again, which writes both; if nobody deployed, see in CloudTrail who called PutParameter.',
  );
}

function converting({ converting: found }: MigrationConfiguration, reach: AgentReach): string[] {
  const deployed = reach.converting;
  if (found === undefined || deployed === undefined) {
    return difference('converting', found?.endpoint.host, deployed?.host);
  }
  const others = !isDeepStrictEqual(found.conversions, reach.conversions);
  return [
    ...FIELDS.flatMap((field) => difference(`converting.${field}`, found.endpoint[field], deployed[field])),
    ...(others ? ['converting.conversions are others than were deployed'] : []),
  ];
}

function difference(field: string, found: unknown, deployed: unknown): string[] {
  return found === deployed ? [] : [`${field} is ${said(found)} and was deployed as ${said(deployed)}`];
}

function said(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
