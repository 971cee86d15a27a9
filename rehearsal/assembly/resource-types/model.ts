import { createHash } from 'node:crypto';
import type { Json } from '../json';

/** What a resource's attributes are made from. */
export interface ResourceFacts {
  readonly type: string;
  readonly stackName: string;
  readonly logicalId: string;
  readonly account: string;
  readonly region: string;
  /** A resolved top-level property of the resource. */
  readonly property: (name: string) => Json | undefined;
}

/** One value of a resource, e.g. its `Ref`. */
export type Attribute = (resource: ResourceFacts) => Json;

/** What CloudFormation gives for a resource type: `Ref`, and each attribute `Fn::GetAtt` knows. */
export interface ResourceModel {
  readonly ref: Attribute;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

export type ResourceModels = Readonly<Record<string, ResourceModel>>;

/** Hex digits that are the same in every run, and different for every resource and purpose. */
export function digits(resource: ResourceFacts, purpose: string, length: number): string {
  return createHash('sha256')
    .update(`${resource.stackName}/${resource.logicalId}/${purpose}`)
    .digest('hex')
    .slice(0, length);
}

/** An id as EC2 makes them, e.g. `sg-0123456789abcdef0`. */
export const id =
  (prefix: string): Attribute =>
  (resource) =>
    `${prefix}-0${digits(resource, prefix, 16)}`;

/** A property's value; where the template leaves it out, a name as CloudFormation makes one up. */
export const named =
  (property: string): Attribute =>
  (resource) =>
    resource.property(property) ??
    `${resource.stackName}-${resource.logicalId}-${digits(resource, 'name', 12).toUpperCase()}`;

/**
 * The same in lower case, as services want it whose identifiers have no capitals. Those are part of host names, which
 * take 63 characters between two dots, and some have less: CloudFormation cuts its own names to what fits.
 */
export const namedInLowerCase =
  (property: string, longest = 63): Attribute =>
  (resource) => {
    const name = text(named(property)(resource)).toLowerCase();
    if (name.length <= longest || resource.property(property) !== undefined) return name;
    const suffix = digits(resource, 'name', 12);
    return `${name.slice(0, longest - suffix.length - 1).replace(/-+$/, '')}-${suffix}`;
  };

export const property =
  (name: string): Attribute =>
  (resource) => {
    const value = resource.property(name);
    if (value === undefined) {
      throw new Error(
        `${resource.stackName}/${resource.logicalId} has no property ${name} to take the attribute from.`,
      );
    }
    return value;
  };

/** `arn:aws:<service>:<region>:<account>:<prefix><name>`. */
export const arn =
  (service: string, prefix: string, name: Attribute): Attribute =>
  (resource) =>
    `arn:aws:${service}:${resource.region}:${resource.account}:${prefix}${text(name(resource))}`;

/** An ARN without a Region, as IAM's. */
export const globalArn =
  (service: string, prefix: string, name: Attribute): Attribute =>
  (resource) =>
    `arn:aws:${service}::${resource.account}:${prefix}${text(name(resource))}`;

export const text = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value));
