import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AgentReach } from '../contract/agent';
import type { CacheMigrationConfiguration } from '../contract/cache';
import type { HttpRequestOfCheck } from '../contract/common';
import type { DatabaseMigrationConfiguration, QueryOfCheck } from '../contract/database';
import { AgentError } from './errors';
import { readParameter } from './parameter';
import { checkReach } from './reach';

/**
 * Where a migration's configuration stands: an SSM parameter, together with the host's own file of what the parameter may
 * not change; or, for a run by hand without AWS, a file.
 */
export type ConfigurationSource =
  | { readonly parameter: string; readonly reachFile: string }
  | { readonly file: string };

/** What the agent works on: two caches, or two databases. */
export type MigrationConfiguration = (CacheMigrationConfiguration | DatabaseMigrationConfiguration) & WithRequests;

export interface WithRequests {
  /** Of the host's own file, which comes with a deploy: a parameter has none. By hand, of the configuration's file. */
  readonly requests?: readonly HttpRequestOfCheck[];
}

const address = z.object({
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
const conversion = z.discriminatedUnion('kind', [
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

const reach: z.ZodType<AgentReach> = z.object({
  migrationName: z.string().min(1),
  blue: side,
  green: side,
  converting: side.optional(),
  conversions: z.array(conversion).optional(),
  replicationSecretArn: z.string().min(1).optional(),
  requests: z.array(request).optional(),
});

const cache = address.extend({
  secretArn: z.string().min(1).optional(),
  engine: z.enum(['redis', 'valkey']),
  engineVersion: z.string().regex(/^\d+(\.\d+)*$/),
  clusterMode: z.boolean(),
});

const database = address.extend({
  readerHost: z.string().min(1).optional(),
  secretArn: z.string().min(1),
  engine: z.enum(['mysql', 'aurora-mysql', 'postgres', 'aurora-postgresql']),
  engineVersion: z.string().regex(/^\d+(\.\w+)*$/),
});

const ofCaches: z.ZodType<CacheMigrationConfiguration> = z.object({
  migrationName: z.string().min(1),
  kind: z.literal('cache'),
  consistency: z.enum(['COLD', 'LIVE', 'FENCED']),
  recordName: z.string().min(1),
  recordTtlSeconds: z.number().min(0),
  blue: cache,
  green: cache,
});

const checkQuery: z.ZodType<QueryOfCheck> = z.object({
  check: z.string().min(1),
  sql: z.string().min(1),
  database: z.string().min(1),
  expect: z.strictObject({
    rowsAtLeast: z.int().min(1).optional(),
    rowsAtMost: z.int().min(0).optional(),
    valueIs: z.string().optional(),
    valueAtLeast: z.number().optional(),
    valueAtMost: z.number().optional(),
  }),
});

const ofDatabases: z.ZodType<DatabaseMigrationConfiguration> = z.object({
  migrationName: z.string().min(1),
  kind: z.literal('database'),
  strategy: z.enum(['managedBlueGreen', 'promoteReplica', 'binlogReplica']),
  recordName: z.string().min(1).optional(),
  recordTtlSeconds: z.number().min(0),
  blue: database,
  green: database,
  smokeQueries: z.array(z.object({ name: z.string().min(1), sql: z.string().min(1), database: z.string().min(1) })),
  checkQueries: z.array(checkQuery).optional(),
  replicationSecretArn: z.string().min(1).optional(),
  converting: z
    .object({ endpoint: database, conversions: z.array(conversion), maxLagSeconds: z.number().positive() })
    .optional(),
});

const kinds = { cache: ofCaches, database: ofDatabases } as const;
const ofAnyKind = z.looseObject({ kind: z.enum(['cache', 'database']) });
const withRequests = z.object({ requests: z.array(request).optional() });

/** Reads and checks the configuration. Rejects with an `AgentError` that names the source and what is wrong with it. */
export async function readConfiguration(source: ConfigurationSource): Promise<MigrationConfiguration> {
  const where = 'parameter' in source ? `SSM parameter ${source.parameter}` : source.file;
  const text =
    'parameter' in source ? await readConfigurationParameter(source.parameter) : await readFileText(source.file);
  const value = parseJson(text, where);
  const ofKind = ofAnyKind.safeParse(value);
  const parsed = ofKind.success ? kinds[ofKind.data.kind].safeParse(value) : ofKind;
  if (parsed.success) {
    if (!('reachFile' in source)) return { ...parsed.data, ...requestsOf(withRequests.safeParse(value).data) };
    const deployed = await readReach(source.reachFile);
    checkReach(parsed.data, deployed, where);
    return { ...parsed.data, ...requestsOf(deployed) };
  }
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new AgentError(
    'Agent.BadRequest',
    `${where} is no configuration of a migration (${faults.join('; ')}): deploy the migration again, which writes it.`,
  );
}

function requestsOf(stated: WithRequests | undefined): WithRequests {
  return stated?.requests === undefined ? {} : { requests: stated.requests };
}

async function readReach(file: string): Promise<AgentReach> {
  const parsed = reach.safeParse(parseJson(await readFileText(file), file));
  if (parsed.success) return parsed.data;
  throw new AgentError(
    'Agent.BadRequest',
    `${file} does not say which sides this host was made for: deploy the migration again, which writes it.`,
  );
}

async function readConfigurationParameter(name: string): Promise<string> {
  const parameter = await readParameter(name).catch((error: unknown) => {
    throw new AgentError(
      'Agent.AccessDenied',
      `SSM parameter ${name} cannot be read (${nameOf(error)}): check the host's role and its way to the ssm endpoint.`,
      { cause: error },
    );
  });
  if (parameter !== undefined) return parameter.value;
  throw new AgentError(
    'Agent.BadRequest',
    `SSM parameter ${name} does not exist: check CUTOVER_CONFIGURATION, and that the migration is deployed in this account and region.`,
  );
}

async function readFileText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AgentError('Agent.BadRequest', `${file} cannot be read (${nameOf(error)}).`, { cause: error });
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AgentError('Agent.BadRequest', `${where} does not hold JSON: deploy the migration again.`, {
      cause: error,
    });
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && typeof error.code === 'string' ? error.code : `${error.name}: ${error.message}`;
}
