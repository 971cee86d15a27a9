import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isObject, type JsonObject } from './json';

/** A stack of a synthesized app, as the manifest describes it. */
export interface StackArtifact {
  /** The artifact's id, e.g. `Prod-Sessions`. */
  readonly id: string;
  readonly stackName: string;
  readonly template: JsonObject;
  /** Parameter values that the manifest sets for deployment. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Undefined where the app left it open. */
  readonly account: string | undefined;
  readonly region: string | undefined;
}

/** A file or folder that a deployment uploads. */
export interface FileAsset {
  /** The asset's content hash. */
  readonly id: string;
  readonly path: string;
  readonly packaging: string;
  readonly objectKeys: readonly string[];
}

export interface Manifest {
  readonly directory: string;
  readonly stacks: readonly StackArtifact[];
  readonly assets: readonly FileAsset[];
}

/**
 * Reads a cloud assembly's folder (`cdk.out`), stages included.
 *
 * @throws Error if the folder holds no cloud assembly, or holds no stack.
 */
export function readManifest(directory: string): Manifest {
  const manifest = readAssemblyFolder(resolve(directory));
  if (manifest.stacks.length === 0) {
    throw new Error(`The cloud assembly in ${directory} holds no stack.`);
  }
  return manifest;
}

function readAssemblyFolder(directory: string): Manifest {
  const path = join(directory, 'manifest.json');
  if (!existsSync(path)) {
    throw new Error(
      `No cloud assembly in ${directory}: it has no manifest.json. Run "cdk synth" and give its output folder.`,
    );
  }
  const artifacts = Object.entries(objectAt(readJson(path), 'artifacts'));
  const ofType = (type: string) => artifacts.filter(([, artifact]) => isObject(artifact) && artifact.type === type);
  const nested = ofType('cdk:cloud-assembly').map(([, artifact]) =>
    readAssemblyFolder(join(directory, String(objectAt(artifact, 'properties').directoryName))),
  );
  return {
    directory,
    stacks: [
      ...ofType('aws:cloudformation:stack').map(([id, artifact]) => readStack(directory, id, artifact)),
      ...nested.flatMap((manifest) => manifest.stacks),
    ],
    assets: [
      ...ofType('cdk:asset-manifest').flatMap(([, artifact]) =>
        readAssets(directory, String(objectAt(artifact, 'properties').file)),
      ),
      ...nested.flatMap((manifest) => manifest.assets),
    ],
  };
}

function readStack(directory: string, id: string, artifact: unknown): StackArtifact {
  const properties = objectAt(artifact, 'properties');
  const environment = isObject(artifact) ? String(artifact.environment ?? '') : '';
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  const template = readJson(join(directory, String(properties.templateFile)));
  return {
    id,
    stackName: typeof properties.stackName === 'string' ? properties.stackName : id,
    template: isObject(template) ? template : {},
    parameters: Object.fromEntries(
      Object.entries(objectAt(properties, 'parameters')).map(([name, value]) => [name, String(value)]),
    ),
    account: account === 'unknown-account' ? undefined : account,
    region: region === 'unknown-region' ? undefined : region,
  };
}

function readAssets(directory: string, file: string): FileAsset[] {
  return Object.entries(objectAt(readJson(join(directory, file)), 'files')).map(([id, asset]) => {
    const source = objectAt(asset, 'source');
    return {
      id,
      path: join(directory, String(source.path)),
      packaging: String(source.packaging),
      objectKeys: Object.values(objectAt(asset, 'destinations')).map((destination) =>
        String(objectAt({ destination }, 'destination').objectKey),
      ),
    };
  });
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

function objectAt(value: unknown, key: string): JsonObject {
  const item = isObject(value) ? value[key] : undefined;
  return isObject(item) ? item : {};
}
