import type { SFNClient } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand, GetParametersCommand, type SSMClient } from '@aws-sdk/client-ssm';

const PREFIX = '/cdk-cutover';

export interface Clients {
  readonly ssm: SSMClient;
  readonly sfn: SFNClient;
}

/** The parameters of a migration, by the last part of their names; those that are not there are left out. */
export async function readParameters(ssm: SSMClient, migration: string): Promise<Record<string, string>> {
  const leaves = ['approval', 'configuration', 'journal', 'lock', 'state-machine'];
  const answer = await ssm.send(
    new GetParametersCommand({ Names: leaves.map((leaf) => `${PREFIX}/${migration}/${leaf}`) }),
  );
  const found: Record<string, string> = {};
  for (const { Name, Value } of answer.Parameters ?? []) {
    const leaf = Name?.split('/').at(-1);
    if (leaf !== undefined && Value !== undefined) found[leaf] = Value;
  }
  if (found['state-machine'] === undefined) {
    const names = await migrationNames(ssm);
    throw new Error(
      `migration: got '${migration}', which is not in this account and Region; there ${
        names.length === 0 ? 'are none. Deploy a migration stack first.' : `are: ${names.join(', ')}.`
      }`,
    );
  }
  return found;
}

export async function migrationNames(ssm: SSMClient): Promise<string[]> {
  const names: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: PREFIX, Recursive: true, NextToken }));
    for (const { Name = '' } of page.Parameters ?? []) {
      if (Name.endsWith('/state-machine')) names.push(Name.slice(PREFIX.length + 1, -'/state-machine'.length));
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return names.toSorted();
}

export interface JournalFacts {
  readonly phase: string;
  readonly serving?: string;
  readonly from?: string;
  readonly to?: string;
  readonly execution?: string;
}

/** The execution that had the migration last, whether it runs still or not. */
export function readHolder(parameters: Record<string, string>): string | undefined {
  return parameters.lock === undefined ? undefined : String(JSON.parse(parameters.lock).execution);
}

/** No journal: the migration has never been started. */
export function readJournal(parameters: Record<string, string>): JournalFacts | undefined {
  return parameters.journal === undefined ? undefined : (JSON.parse(parameters.journal) as JournalFacts);
}
