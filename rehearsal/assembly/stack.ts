import type { DeploymentFacts } from './deployment-facts';
import { resolveCondition, resolveIntrinsics, type TemplateScope } from './intrinsics';
import { isObject, type Json, type JsonObject } from './json';
import type { StackArtifact } from './manifest';
import { Resource } from './resource';

/** What a stack needs of the others. */
export interface OtherStacks {
  /** The template that was uploaded to a URL; undefined where it is none of the assembly's. */
  templateAt(url: string): JsonObject | undefined;
  exported(name: string): Json;
  output(stackName: string, name: string): Json;
}

/** A stack as if deployed: its resources with physical ids and attributes, its outputs and exports. */
export class Stack implements TemplateScope {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly resources: ReadonlyMap<string, Resource>;
  private readonly resolving = new Set<string>();
  private found: ReadonlyMap<string, Stack> | undefined;

  constructor(
    private readonly artifact: StackArtifact,
    private readonly facts: DeploymentFacts,
    private readonly others: OtherStacks,
    /** Values that a stack around it gives to parameters. */
    private readonly given: (parameter: string) => Json | undefined = () => undefined,
    /** Where the templates of this stack and those around it were uploaded. */
    private readonly urls: readonly string[] = [],
  ) {
    this.name = artifact.stackName;
    this.account = artifact.account ?? facts.account;
    this.region = artifact.region ?? facts.region;
    this.resources = new Map(
      Object.entries(this.section('Resources'))
        .filter(([, resource]) => this.isCreated(resource))
        .map(([logicalId, resource]) => [
          logicalId,
          new Resource(this, logicalId, isObject(resource) ? resource : {}, facts),
        ]),
    );
  }

  /** The stacks that its resources of type AWS::CloudFormation::Stack are, by their logical ids. */
  private get nested(): ReadonlyMap<string, Stack> {
    this.found ??= new Map([...this.resources.values()].flatMap((resource) => this.nestedIn(resource)));
    return this.found;
  }

  /** This stack, and all those within it. */
  get withNested(): readonly Stack[] {
    return [this, ...[...this.nested.values()].flatMap((stack) => stack.withNested)];
  }

  /** @throws Error if the stack has no such output. */
  output(name: string): Json {
    const output = this.section('Outputs')[name];
    if (!isObject(output)) {
      throw new Error(`The stack ${this.name} has no output ${name}.`);
    }
    return this.resolve(output.Value ?? null, `Outputs.${name}`);
  }

  get id(): string {
    return `arn:aws:cloudformation:${this.region}:${this.account}:stack/${this.name}/00000000-0000-0000-0000-000000000000`;
  }

  get templateText(): string {
    return JSON.stringify(this.artifact.template);
  }

  get outputNames(): readonly string[] {
    return Object.keys(this.section('Outputs'));
  }

  /** The value of an export, if this stack has it. */
  exported(exportName: string): Json | undefined {
    for (const [name, output] of Object.entries(this.section('Outputs'))) {
      const own = isObject(output) && isObject(output.Export) ? output.Export.Name : undefined;
      if (own !== undefined && this.resolve(own, `Outputs.${name}.Export`) === exportName) {
        return this.output(name);
      }
    }
    return undefined;
  }

  /** A value of this stack's template with its intrinsics worked out; `where` names it in errors, and finds circles. */
  resolve(value: Json, where: string): Json {
    if (this.resolving.has(where)) {
      throw new Error(`${this.name}/${where} refers to itself: ${[...this.resolving, where].join(' → ')}.`);
    }
    this.resolving.add(where);
    try {
      return resolveIntrinsics(value, this) ?? null;
    } catch (error) {
      throw located(`${this.name}/${where}`, error);
    } finally {
      this.resolving.delete(where);
    }
  }

  ref(name: string): Json | undefined {
    switch (name) {
      case 'AWS::NoValue':
        return undefined;
      case 'AWS::AccountId':
        return this.account;
      case 'AWS::Region':
        return this.region;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return this.name;
      case 'AWS::StackId':
        return this.id;
      case 'AWS::NotificationARNs':
        return [];
    }
    return name in this.section('Parameters') ? this.parameter(name) : this.resource(name).physicalId;
  }

  attribute(logicalId: string, attribute: string): Json {
    const nested = attribute.startsWith('Outputs.') ? this.nested.get(logicalId) : undefined;
    if (nested !== undefined) return nested.output(attribute.slice('Outputs.'.length));
    return this.resource(logicalId).attribute(attribute);
  }

  condition(name: string): boolean {
    const condition = this.section('Conditions')[name];
    if (condition === undefined) {
      throw new Error(`The stack ${this.name} has no condition ${name}.`);
    }
    return resolveCondition(condition, this);
  }

  mapping(map: string, first: string, second: string): Json | undefined {
    const table = this.section('Mappings')[map];
    const row = isObject(table) ? table[first] : undefined;
    return isObject(row) ? row[second] : undefined;
  }

  importValue(exportName: string): Json {
    return this.others.exported(exportName);
  }

  stackOutput(stackName: string, output: string): Json {
    return this.others.output(stackName, output);
  }

  availabilityZones(region: string): readonly string[] {
    return ['a', 'b', 'c'].map((zone) => `${region === '' ? this.region : region}${zone}`);
  }

  private nestedIn(resource: Resource): [string, Stack][] {
    if (resource.type !== 'AWS::CloudFormation::Stack') return [];
    const { logicalId } = resource;
    const url = this.urlOf(resource);
    const template = url === undefined ? undefined : this.others.templateAt(url);
    if (url === undefined || template === undefined) return [];
    if (this.urls.includes(url)) throw new Error(`The stack ${this.name} is nested in itself, as ${logicalId}.`);
    const id = `${this.name}-${logicalId}`;
    const { account, region } = this;
    const artifact = { id, stackName: id, template, parameters: {}, account, region };
    const given = (name: string) => {
      const parameters = resource.property('Parameters');
      return isObject(parameters) ? parameters[name] : undefined;
    };
    return [[logicalId, new Stack(artifact, this.facts, this.others, given, [...this.urls, url])]];
  }

  /** Undefined where it can be told at the deploy alone: then the template is none of the assembly's. */
  private urlOf(nested: Resource): string | undefined {
    try {
      return String(nested.property('TemplateURL'));
    } catch (error) {
      if (error instanceof UnresolvableError) return undefined;
      throw error;
    }
  }

  private parameter(name: string): Json {
    const given = this.given(name);
    if (given !== undefined) return given;
    const declared = this.section('Parameters')[name];
    const { Type: type, Default: fallback }: JsonObject = isObject(declared) ? declared : {};
    const value = this.artifact.parameters[name] ?? fallback;
    if (value === undefined) {
      throw new Error(`The parameter ${name} of stack ${this.name} has no default, and the assembly sets none.`);
    }
    if (!String(type).startsWith('AWS::SSM::Parameter::Value<')) {
      return typeof value === 'string' && /^(CommaDelimitedList|List<)/.test(String(type)) ? value.split(',') : value;
    }
    const stored = this.facts.ssmParameter(String(value));
    if (stored === undefined) {
      throw new Error(
        `The parameter ${name} of stack ${this.name} takes its value from ${String(value)} in SSM, which is not given.`,
      );
    }
    return stored;
  }

  private resource(logicalId: string): Resource {
    const resource = this.resources.get(logicalId);
    if (resource === undefined) {
      throw new Error(`The stack ${this.name} has no resource or parameter ${logicalId}.`);
    }
    return resource;
  }

  private isCreated(resource: Json): boolean {
    const condition = isObject(resource) ? resource.Condition : undefined;
    return typeof condition !== 'string' || this.condition(condition);
  }

  private section(name: string): JsonObject {
    const section = this.artifact.template[name];
    return isObject(section) ? section : {};
  }
}

/** A value of a template that could not be worked out, with its place. */
class UnresolvableError extends Error {}

/** Keeps the innermost place, which says most. */
function located(where: string, error: unknown): Error {
  if (error instanceof UnresolvableError) {
    return error;
  }
  return new UnresolvableError(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
