import type { ManifestKey, MigrationManifest } from '../../contract/manifest';
import { isObject, type Json, type JsonObject } from './json';
import type { FileAsset } from './manifest';
import type { Resource } from './resource';

export const MANIFEST: ManifestKey = 'cdk-cutover:manifest';

export interface StateMachine {
  readonly arn: string;
  readonly name: string;
  readonly logicalId: string;
  readonly stackName: string;
  readonly constructPath: string | undefined;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly roleArn: string;
  /** The definition with every intrinsic worked out. */
  readonly definition: JsonObject;
}

/** One that performs a migration. Of which version its manifest is has not been looked at. */
export interface DeclaredMachine extends StateMachine {
  /** Its name. */
  readonly migration: string;
  readonly manifest: JsonObject;
}

/** The same with its manifest read. */
export interface MigrationMachine extends StateMachine {
  readonly manifest: MigrationManifest;
}

/** Undefined where it performs none: nothing more of it is read. */
export function readDeclaredMachine(resource: Resource, assets: readonly FileAsset[]): DeclaredMachine | undefined {
  const manifest = resource.metadata(MANIFEST);
  if (!isObject(manifest)) return undefined;
  return { ...readStateMachine(resource, assets), migration: String(manifest.migration), manifest };
}

/** @throws Error if the definition cannot be found or is no JSON object. */
export function readStateMachine(resource: Resource, assets: readonly FileAsset[]): StateMachine {
  return {
    arn: String(resource.physicalId),
    name: String(resource.attribute('Name')),
    logicalId: resource.logicalId,
    stackName: resource.stackName,
    constructPath: resource.constructPath,
    type: resource.property('StateMachineType') === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
    roleArn: String(resource.property('RoleArn')),
    definition: readDefinition(resource, assets),
  };
}

function readDefinition(resource: Resource, assets: readonly FileAsset[]): JsonObject {
  const where = `${resource.stackName}/${resource.logicalId}`;
  const inTemplate = resource.property('DefinitionString') ?? resource.property('Definition');
  const written = inTemplate ?? fromAsset(resource.property('DefinitionS3Location'), assets, where);
  const text = substitute(typeof written === 'string' ? written : JSON.stringify(written), resource);
  let definition: unknown;
  try {
    definition = JSON.parse(text);
  } catch (error) {
    throw new Error(`The definition of ${where} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(definition)) {
    throw new Error(`The definition of ${where} is no JSON object.`);
  }
  return definition;
}

/** @see docs/aws-facts.md#cloudformation-definition-s3 */
function fromAsset(location: Json | undefined, assets: readonly FileAsset[], where: string): string {
  const key = isObject(location) ? String(location.Key) : undefined;
  const asset = assets.find(({ objectKeys }) => key !== undefined && objectKeys.includes(key));
  if (asset === undefined) {
    throw new Error(
      `${where} has neither Definition nor DefinitionString, and its S3 object ${key} is no asset of the assembly.`,
    );
  }
  return asset.text();
}

function substitute(text: string, resource: Resource): string {
  const values = resource.property('DefinitionSubstitutions');
  return isObject(values)
    ? Object.entries(values).reduce((result, [name, value]) => result.replaceAll(`\${${name}}`, String(value)), text)
    : text;
}
