import type { NormalizedSchema } from '@smithy/core/schema';
import { memberName } from './java-names';
import type { SdkServiceNames } from './services';

export interface Member {
  /** In the SDK for JavaScript, e.g. `TTL`. */
  readonly name: string;
  readonly schema: NormalizedSchema;
}

const membersByStructure = new WeakMap<object, ReadonlyMap<string, Member>>();

/** A structure's members under their names in a state machine. */
export function membersOf(service: SdkServiceNames, structure: NormalizedSchema): ReadonlyMap<string, Member> {
  const key: unknown = structure.getSchema();
  if (typeof key !== 'object' || key === null) {
    return new Map();
  }
  let members = membersByStructure.get(key);
  if (members === undefined) {
    members = new Map(
      [...structure.structIterator()]
        .filter(([name]) => !isLeftOutInJava(service, name))
        .map(([name, schema]) => [memberName(name), { name, schema }]),
    );
    membersByStructure.set(key, members);
  }
  return members;
}

/** A structure's members under the SDK for JavaScript's own names. */
export function clientMembersOf(structure: NormalizedSchema): ReadonlyMap<string, Member> {
  return new Map([...structure.structIterator()].map(([name, schema]) => [name, { name, schema }]));
}

/** Whether Java has a text where JavaScript has a number: Route 53's page sizes. */
export const isStringInJava = (service: SdkServiceNames, member: string) =>
  service.identifier === 'route53' && member === 'MaxItems';

/** The Java SDK drops `DryRun` from every EC2 shape (its `services/ec2` customization). */
const isLeftOutInJava = (service: SdkServiceNames, member: string) =>
  service.identifier === 'ec2' && member === 'DryRun';

/** The names (in the SDK for JavaScript) of the members that must be given: the schema lists them first and counts them. */
export function requiredMembers(structure: NormalizedSchema): readonly string[] {
  const schema: unknown = structure.getSchema();
  if (!Array.isArray(schema)) {
    return [];
  }
  const [names, count]: unknown[] = [schema[4], schema[6]];
  return Array.isArray(names) && typeof count === 'number' ? names.slice(0, count).map(String) : [];
}

export type ScalarType = 'string' | 'number' | 'boolean' | 'timestamp' | 'blob' | 'document';

export function typeName(schema: NormalizedSchema): ScalarType {
  if (schema.isBlobSchema()) {
    return 'blob';
  }
  if (schema.isTimestampSchema()) {
    return 'timestamp';
  }
  if (schema.isBooleanSchema()) {
    return 'boolean';
  }
  if (schema.isNumericSchema() || schema.isBigIntegerSchema() || schema.isBigDecimalSchema()) {
    return 'number';
  }
  return schema.isDocumentSchema() ? 'document' : 'string';
}
