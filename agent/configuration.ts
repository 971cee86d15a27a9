import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { AgentReach } from '../contract/agent';
import { engines } from './engines';
import { AgentError } from './errors';
import { readParameter } from './parameter';
import { checkReach, deployedReach, type MigrationConfiguration, withRequests } from './reach';

/**
 * Where a migration's configuration stands: an SSM parameter, together with the host's own file of what the parameter may
 * not change; or, for a run by hand without AWS, a file.
 */
export type ConfigurationSource =
  | { readonly parameter: string; readonly reachFile: string }
  | { readonly file: string };

const ofAnyKind = z.looseObject({ kind: z.enum(engines.map(({ kind }) => kind)) });

/** Reads and checks the configuration. Rejects with an `AgentError` that names the source and what is wrong with it. */
export async function readConfiguration(source: ConfigurationSource): Promise<MigrationConfiguration> {
  const where = 'parameter' in source ? `SSM parameter ${source.parameter}` : source.file;
  const text =
    'parameter' in source ? await readConfigurationParameter(source.parameter) : await readFileText(source.file);
  const value = parseJson(text, where);
  const ofKind = ofAnyKind.safeParse(value);
  const parsed = engines.find(({ kind }) => kind === ofKind.data?.kind)?.configuration.safeParse(value);
  if (parsed?.success) {
    const deployed = 'reachFile' in source ? await readReach(source.reachFile) : undefined;
    if (deployed !== undefined) checkReach(parsed.data, deployed, where);
    const { requests } = deployed ?? withRequests.safeParse(value).data ?? {};
    return { ...parsed.data, ...(requests !== undefined && { requests }) };
  }
  const { issues = [] } = (parsed ?? ofKind).error ?? {};
  const faults = issues.map(({ path, message }) => `${path.join('.') || 'the whole'}: ${message}`);
  throw new AgentError(
    'Agent.BadRequest',
    `${where} is no configuration of a migration (${faults.join('; ')}): deploy the migration again, which writes it.`,
  );
}

async function readReach(file: string): Promise<AgentReach> {
  const parsed = deployedReach.safeParse(parseJson(await readFileText(file), file));
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
