import type { SFNClient } from '@aws-sdk/client-sfn';
import { GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { JournalFacts } from '../../contract/journal';
import { ifDenied, isDenied } from './denied';
import { migrationNames, PREFIX } from './migration-names';

export interface Clients {
  readonly ssm: SSMClient;
  readonly sfn: SFNClient;
}

/** By the last part of their names; those that are not there are left out. `arn` is that of the one that names the state machine. */
export type Parameters = Record<string, string> & { arn?: string };

/** The parameters of a migration. @throws where one that the migration writes holds something else than it does */
export async function readParameters(ssm: SSMClient, migration: string): Promise<Parameters> {
  const leaves = ['approval', 'configuration', 'confirmation', 'journal', 'lock', 'state-machine'];
  const names = leaves.map((leaf) => `${PREFIX}/${migration}/${leaf}`);
  const answer = await ssm
    .send(new GetParametersCommand({ Names: names }))
    .catch((error: unknown) => refused(error, ssm, migration));
  const found: Parameters = {};
  for (const { Name, Value, ARN } of answer.Parameters ?? []) {
    const leaf = Name?.split('/').at(-1);
    if (leaf !== undefined && Value !== undefined) found[leaf] = leaf === 'state-machine' ? Value : json(Value, Name);
    if (leaf === 'state-machine' && ARN !== undefined) found.arn = ARN;
  }
  if (found['state-machine'] === undefined) throw await notThere(migration, await migrationNames(ssm), ssm);
  return found;
}

function json(text: string, parameter: string | undefined): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return text;
  } catch {
    // It is said below.
  }
  throw new Error(
    `the parameter ${parameter} holds no JSON object: somebody has changed it, see CloudTrail (PutParameter). What it held before is told by aws ssm get-parameter-history --name ${parameter}; put that back.`,
  );
}

/** Rights on one migration end with its name: what is called otherwise is refused, whether it is there or not. */
async function refused(error: unknown, ssm: SSMClient, migration: string): Promise<never> {
  if (!isDenied(error)) throw error;
  const names = await migrationNames(ssm).catch(() => undefined);
  if (names !== undefined && !names.includes(migration)) throw await notThere(migration, names, ssm);
  const hidden =
    names === undefined ? ' Whether it is there cannot be told (ssm:DescribeParameters): look at the name.' : '';
  return ifDenied(
    `Who may operate ${migration} is named in the app: migration.grantOperate(role); then deploy.${hidden}`,
  )(error);
}

async function notThere(migration: string, names: readonly string[], ssm: SSMClient): Promise<Error> {
  const region = await ssm.config.region();
  return new Error(
    `migration: got '${migration}', which is not in ${region} of this account; there ${
      names.length === 0
        ? 'are none. Look at --region and --profile, or deploy a migration stack first.'
        : `are: ${names.join(', ')}.`
    }`,
  );
}

/**
 * The migration's state machine, and where it is. A principal that may write parameters could name another one, here or in another
 * account, and have an operator start it: it must be the one that has the migration's name, where the parameter itself is.
 */
export function stateMachineOf(
  { 'state-machine': named = '', arn = '' }: Parameters,
  migration: string,
): { readonly arn: string; readonly account: string; readonly region: string } {
  const [, partition, , region = '', account = ''] = arn.split(':');
  const expected = `arn:${partition}:states:${region}:${account}:stateMachine:${migration}`;
  if (named !== expected) {
    throw new Error(
      `the parameter ${PREFIX}/${migration}/state-machine names ${named}, which is not this migration's: that is ${expected}. Somebody has changed it; see CloudTrail (PutParameter), and deploy the migration's stack again.`,
    );
  }
  return { arn: named, account, region };
}

/** The execution that had the migration last, whether it runs still or not. */
export function readHolder(parameters: Record<string, string>): string | undefined {
  return parameters.lock === undefined ? undefined : String(JSON.parse(parameters.lock).execution);
}

/** Whether it moves cron jobs, each with a journal of its own. */
export function movesJobs({ configuration }: Record<string, string>): boolean {
  return configuration !== undefined && JSON.parse(configuration).kind === 'batch';
}

/** No journal: the migration has never been started. */
export function readJournal(parameters: Record<string, string>): JournalFacts | undefined {
  return parameters.journal === undefined ? undefined : (JSON.parse(parameters.journal) as JournalFacts);
}
