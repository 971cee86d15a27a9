import { join } from 'node:path';
import type { BatchDefinitions } from '../../../contract/batch';
import type { Assembly, Resource } from '../../assembly';
import { AssemblyFolder } from '../../assembly/folder';
import { ASSETS } from '../../hosts/isolated/amazon-linux-tools';

/** A batch host, as the assembly describes it. */
export interface BatchHostFacts {
  readonly instanceId: string;
  readonly account: string;
  readonly region: string;
  readonly roleArn: string;
  readonly definitions: BatchDefinitions;
  /** ARNs of the secrets that jobs read, each with the fields that they name. */
  readonly secrets: ReadonlyMap<string, ReadonlySet<string>>;
  /** Assets of the assembly, and where the host finds them. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** @throws Error where the assembly has none, or several */
export function batchHostOf(assembly: Assembly): BatchHostFacts {
  const folders = assembly.assets.filter(({ packaging }) => packaging === 'zip');
  const found = assembly.resources('AWS::SSM::Association').flatMap((association) => {
    const key = firstOf(association, 'key');
    const asset = folders.find(({ objectKeys }) => key !== undefined && objectKeys.includes(key));
    return asset === undefined ? [] : [{ association, asset, key: String(key) }];
  });
  const [only] = found;
  if (only === undefined || found.length > 1) {
    throw new Error(
      `The assembly in ${assembly.directory} has ${found.length} batch hosts; one is rehearsed at a time.`,
    );
  }
  const { association, asset, key } = only;
  const [
    {
      Values: [instanceId],
    },
  ] = association.property('Targets') as unknown as [{ Values: [string] }];
  const text = Buffer.from(firstOf(association, 'bindings') ?? '', 'base64').toString();
  const definitions = bound(
    new AssemblyFolder(asset.path).json('definitions.json'),
    JSON.parse(text) as readonly string[],
  ) as BatchDefinitions;
  return {
    instanceId,
    account: association.account,
    region: association.region,
    roleArn: roleOf(assembly, instanceId),
    definitions,
    secrets: secretsOf(definitions),
    mounts: { [asset.path]: join(ASSETS, key) },
  };
}

function roleOf(assembly: Assembly, instanceId: string): string {
  const named = (type: string, name: unknown) =>
    assembly.resources(type).find(({ isKnown, physicalId }) => isKnown && physicalId === name);
  const profile = named(
    'AWS::IAM::InstanceProfile',
    named('AWS::EC2::Instance', instanceId)?.property('IamInstanceProfile'),
  );
  const [role] = (profile?.property('Roles') ?? []) as readonly string[];
  const arn = named('AWS::IAM::Role', role)?.attribute('Arn');
  if (arn === undefined) throw new Error(`The assembly has no role of the batch host ${instanceId}.`);
  return String(arn);
}

function secretsOf({ jobs }: BatchDefinitions): Map<string, Set<string>> {
  const secrets = new Map<string, Set<string>>();
  for (const { arn, field } of jobs.flatMap((job) => job.secrets)) {
    const fields = secrets.get(arn) ?? new Set();
    if (field !== undefined) fields.add(field);
    secrets.set(arn, fields);
  }
  return secrets;
}

function firstOf(association: Resource, name: string): string | undefined {
  const parameters = association.property('Parameters') as Readonly<Record<string, readonly string[]>> | undefined;
  return parameters?.[name]?.[0];
}

/** As the host fills in what only the deploy knows. */
function bound(value: unknown, texts: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => bound(each, texts));
  if (typeof value !== 'object' || value === null) return value;
  if ('binding' in value) return texts[Number(value.binding)];
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, bound(each, texts)]));
}
