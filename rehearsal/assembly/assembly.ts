import type { DeploymentFacts } from './deployment-facts';
import { isObject, type Json, type JsonObject } from './json';
import { type FileAsset, readManifest, type StackArtifact } from './manifest';
import type { Resource } from './resource';
import { type Role, readRole } from './roles';
import { type OtherStacks, Stack } from './stack';
import { type DeclaredMachine, readDeclaredMachine, readStateMachine, type StateMachine } from './state-machines';

export interface AssemblyProps extends Partial<DeploymentFacts> {}

const DEFAULT_FACTS: DeploymentFacts = {
  account: '111122223333',
  region: 'eu-west-1',
  ssmParameter: wellKnownParameter,
  customResourceAttribute: () => undefined,
};

/**
 * Reads a synthesized app.
 *
 * @throws Error if the folder holds no cloud assembly.
 */
export function loadAssembly(directory: string, props: AssemblyProps = {}): Assembly {
  return new Assembly(directory, { ...DEFAULT_FACTS, ...props });
}

/** A synthesized app as if deployed. */
export class Assembly implements OtherStacks {
  readonly stacks: readonly Stack[];
  readonly assets: readonly FileAsset[];
  /** Account and Region of each stack, as far as the app states them. */
  readonly environments: readonly Pick<StackArtifact, 'account' | 'region'>[];

  constructor(
    readonly directory: string,
    facts: DeploymentFacts,
  ) {
    const manifest = readManifest(directory);
    this.assets = manifest.assets;
    this.environments = manifest.stacks.map(({ account, region }) => ({ account, region }));
    this.stacks = manifest.stacks.flatMap((artifact) => new Stack(artifact, facts, this).withNested);
  }

  /** Every resource of a type, e.g. `AWS::ElastiCache::ReplicationGroup`; of all types where none is given. */
  resources(type?: string): readonly Resource[] {
    return this.stacks
      .flatMap((stack) => [...stack.resources.values()])
      .filter((resource) => type === undefined || resource.type === type);
  }

  /** @throws Error if no stack has a resource of that type. */
  requireResources(type: string): readonly Resource[] {
    const found = this.resources(type);
    if (found.length === 0) {
      throw new Error(`The assembly in ${this.directory} has no ${type}; it has ${this.types().join(', ')}.`);
    }
    return found;
  }

  /** Every state machine. Express ones too; say what you need. @throws Error if there is none. */
  stateMachines(): readonly StateMachine[] {
    return this.requireResources('AWS::StepFunctions::StateMachine').map((resource) =>
      readStateMachine(resource, this.assets),
    );
  }

  /** Those that perform migrations. */
  migrationMachines(): readonly DeclaredMachine[] {
    return this.resources('AWS::StepFunctions::StateMachine').flatMap(
      (resource) => readDeclaredMachine(resource, this.assets) ?? [],
    );
  }

  /** The role of that ARN, e.g. a state machine's. @throws Error if no stack has it. */
  role(arn: string): Role {
    const all = this.resources();
    const roles = all.filter(({ type }) => type === 'AWS::IAM::Role');
    const resource = roles.find((role) => role.attribute('Arn') === arn);
    if (resource === undefined) {
      throw new Error(`The assembly in ${this.directory} has no role ${arn}.`);
    }
    return readRole(resource, all);
  }

  templateAt(url: string): JsonObject | undefined {
    const asset = this.assets.find(({ objectKeys }) => objectKeys.some((key) => url.endsWith(`/${key}`)));
    const template: unknown = asset === undefined ? undefined : JSON.parse(asset.text());
    return isObject(template) ? template : undefined;
  }

  /** Whether a template has the text itself, and not only what makes it up when it is deployed. */
  states(text: string): boolean {
    const written = JSON.stringify(text).slice(1, -1);
    return this.stacks.some((stack) => stack.templateText.includes(written));
  }

  exported(name: string): Json {
    for (const stack of this.stacks) {
      const value = stack.exported(name);
      if (value !== undefined) {
        return value;
      }
    }
    throw new Error(`No stack of the assembly exports ${name}.`);
  }

  output(stackName: string, name: string): Json {
    const stack = this.stacks.find((candidate) => candidate.name === stackName);
    if (stack === undefined) {
      throw new Error(`The assembly has no stack ${stackName}.`);
    }
    return stack.output(name);
  }

  private types(): readonly string[] {
    return [...new Set(this.resources().map((resource) => resource.type))].sort();
  }
}

/** Public parameters that every CDK app asks for: the bootstrap version, and Amazon's own images. */
function wellKnownParameter(name: string): string | undefined {
  if (/^\/cdk-bootstrap\/[^/]+\/version$/.test(name)) {
    return '30';
  }
  return name.startsWith('/aws/service/') ? 'ami-0123456789abcdef0' : undefined;
}
