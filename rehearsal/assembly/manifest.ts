import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AssemblyFolder } from './folder';
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
  /** Of a file. @throws Error if it cannot be read, or leads outside of the assembly. */
  readonly text: () => string;
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
  const manifest = readAssemblyFolder(new AssemblyFolder(directory));
  if (manifest.stacks.length === 0) {
    throw new Error(`The cloud assembly in ${directory} holds no stack.`);
  }
  return manifest;
}

function readAssemblyFolder(folder: AssemblyFolder): Manifest {
  const { directory } = folder;
  if (!existsSync(join(directory, 'manifest.json'))) {
    throw new Error(
      `No cloud assembly in ${directory}: it has no manifest.json. Run "cdk synth" and give its output folder.`,
    );
  }
  const artifacts = Object.entries(objectAt(folder.json('manifest.json'), 'artifacts'));
  const ofType = (type: string) => artifacts.filter(([, artifact]) => isObject(artifact) && artifact.type === type);
  const nested = ofType('cdk:cloud-assembly').map(([, artifact]) =>
    readAssemblyFolder(folder.stage(String(objectAt(artifact, 'properties').directoryName))),
  );
  return {
    directory,
    stacks: [
      ...ofType('aws:cloudformation:stack').map(([id, artifact]) => readStack(folder, id, artifact)),
      ...nested.flatMap((manifest) => manifest.stacks),
    ],
    assets: [
      ...ofType('cdk:asset-manifest').flatMap(([, artifact]) =>
        readAssets(folder, String(objectAt(artifact, 'properties').file)),
      ),
      ...nested.flatMap((manifest) => manifest.assets),
    ],
  };
}

function readStack(folder: AssemblyFolder, id: string, artifact: unknown): StackArtifact {
  const properties = objectAt(artifact, 'properties');
  const environment = isObject(artifact) ? String(artifact.environment ?? '') : '';
  const [, account, region] = /^aws:\/\/([^/]+)\/([^/]+)$/.exec(environment) ?? [];
  const template = folder.json(String(properties.templateFile));
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

function readAssets(folder: AssemblyFolder, file: string): FileAsset[] {
  return Object.entries(objectAt(folder.json(file), 'files')).map(([id, asset]) => {
    const source = objectAt(asset, 'source');
    const path = folder.path(String(source.path));
    return {
      id,
      path,
      text: () => folder.text(path),
      packaging: String(source.packaging),
      objectKeys: Object.values(objectAt(asset, 'destinations')).map((destination) =>
        String(objectAt({ destination }, 'destination').objectKey),
      ),
    };
  });
}

function objectAt(value: unknown, key: string): JsonObject {
  const item = isObject(value) ? value[key] : undefined;
  return isObject(item) ? item : {};
}
