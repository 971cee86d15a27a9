import type { DeploymentFacts } from './deployment-facts';
import { isObject, type Json, type JsonObject } from './json';
import { digits, findResourceModel, isCustomResource, type ResourceFacts } from './resource-types';

/** What a resource takes from the stack that it is in. */
export interface EnclosingStack {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  resolve(value: Json, where: string): Json;
}

/** A resource of a stack as if deployed: its properties resolved, its physical id and attributes made up, the same in every run. */
export class Resource implements ResourceFacts {
  readonly type: string;
  private readonly resolved = new Map<string, Json>();

  constructor(
    private readonly stack: EnclosingStack,
    readonly logicalId: string,
    private readonly declaration: JsonObject,
    private readonly facts: DeploymentFacts,
  ) {
    this.type = String(declaration.Type);
  }

  get stackName(): string {
    return this.stack.name;
  }

  get account(): string {
    return this.stack.account;
  }

  get region(): string {
    return this.stack.region;
  }

  /** The construct's path in the app, where the template carries it. */
  get constructPath(): string | undefined {
    const path = this.metadata('aws:cdk:path');
    return typeof path === 'string' ? path : undefined;
  }

  /**
   * What the template says beside the properties, resolved; undefined where it says nothing under that key.
   *
   * @see docs/aws-facts.md#cloudformation-metadata
   */
  metadata(key: string): Json | undefined {
    const value = this.declaredMetadata[key];
    return value === undefined ? undefined : this.stack.resolve(value, `${this.logicalId}.Metadata`);
  }

  /** All of that; undefined where the template has none. */
  get allMetadata(): JsonObject | undefined {
    const keys = Object.keys(this.declaredMetadata);
    return keys.length === 0 ? undefined : Object.fromEntries(keys.map((key) => [key, this.metadata(key) ?? null]));
  }

  private get declaredMetadata(): JsonObject {
    return isObject(this.declaration.Metadata) ? this.declaration.Metadata : {};
  }

  /** What `Ref` gives. */
  get physicalId(): Json {
    if (isCustomResource(this.type)) {
      return `${this.stack.name}-${this.logicalId}-${digits(this, 'custom', 12)}`;
    }
    return this.model().ref(this);
  }

  /** Whether anything is known of resources of this type: only then it has a physical id. */
  get isKnown(): boolean {
    return isCustomResource(this.type) || findResourceModel(this.type) !== undefined;
  }

  /** What becomes of it when its stack is deleted. */
  get deletionPolicy(): string {
    return String(this.declaration.DeletionPolicy ?? 'Delete');
  }

  /** What becomes of it when it is let go, as far as the template says so. */
  get policies(): Readonly<Record<string, string>> {
    const { DeletionPolicy, UpdateReplacePolicy } = this.declaration;
    return {
      ...(DeletionPolicy !== undefined && { DeletionPolicy: String(DeletionPolicy) }),
      ...(UpdateReplacePolicy !== undefined && { UpdateReplacePolicy: String(UpdateReplacePolicy) }),
    };
  }

  /** Every property, resolved. */
  get properties(): JsonObject {
    return Object.fromEntries(Object.keys(this.declared()).map((name) => [name, this.property(name) ?? null]));
  }

  /** A property, resolved; undefined where the template has none. */
  property(name: string): Json | undefined {
    const value = this.declared()[name];
    if (value === undefined || (isObject(value) && value.Ref === 'AWS::NoValue')) {
      return undefined;
    }
    let resolved = this.resolved.get(name);
    if (resolved === undefined) {
      resolved = this.stack.resolve(value, `${this.logicalId}.${name}`);
      this.resolved.set(name, resolved);
    }
    return resolved;
  }

  /**
   * What `Fn::GetAtt` gives.
   *
   * @throws Error if the type, or the attribute of the type, is not known.
   */
  attribute(name: string): Json {
    if (isCustomResource(this.type)) {
      return this.customAttribute(name);
    }
    const attributes = this.model().attributes;
    const attribute = attributes[name];
    if (attribute === undefined) {
      throw new Error(
        `${this.type} has no attribute ${name} here; known are ${Object.keys(attributes).join(', ') || 'none'}.`,
      );
    }
    return attribute(this);
  }

  private customAttribute(name: string): Json {
    const value = this.facts.customResourceAttribute(this, name);
    if (value === undefined) {
      throw new Error(
        `Nobody gives the attribute ${name} of the custom resource ${this.stack.name}/${this.logicalId} (${this.type}).`,
      );
    }
    return value;
  }

  private model() {
    const model = findResourceModel(this.type);
    if (model === undefined) {
      throw new Error(
        `The resource type ${this.type} (${this.stack.name}/${this.logicalId}) is referred to, and not known here.`,
      );
    }
    return model;
  }

  private declared(): JsonObject {
    return isObject(this.declaration.Properties) ? this.declaration.Properties : {};
  }
}
