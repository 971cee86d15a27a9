import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';
import { type CustomEndpointOptions, CustomEndpointType } from '../readers/reader-endpoints';

/** @see docs/aws-facts.md#rds-custom-endpoints */
const MOST = 5;
const MAX_NAME_LENGTH = 40;

/** @param instances as the cluster calls its own, the writer first */
export function assertCustomEndpoints(endpoints: readonly CustomEndpointOptions[], instances: readonly string[]): void {
  if (endpoints.length > MOST) {
    throw new ValidationError(
      `customEndpoints: got ${endpoints.length}; accepted are up to ${MOST}, as in RDS. Lead to single instances by ReaderTarget.instance.`,
    );
  }
  const seen = new Set<string>();
  for (const endpoint of endpoints) {
    assertName(endpoint.name);
    if (seen.has(endpoint.name.toLowerCase())) {
      throw new ValidationError(
        `customEndpoints: got the name '${endpoint.name}' twice; each needs a name of its own. Rename one.`,
      );
    }
    seen.add(endpoint.name.toLowerCase());
    assertMembers(endpoint, instances);
  }
}

function assertName(name: string): void {
  if (!Token.isUnresolved(name) && name.length <= MAX_NAME_LENGTH && /^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$/.test(name))
    return;
  throw new ValidationError(
    `customEndpoints: got the name '${name}'; accepted are 1 to ${MAX_NAME_LENGTH} letters, digits and single hyphens, because it is part of a construct's id. State one such as 'reports'.`,
  );
}

function assertMembers(endpoint: CustomEndpointOptions, instances: readonly string[]): void {
  const { name, endpointType = CustomEndpointType.READER, staticMembers, excludedMembers } = endpoint;
  const where = `customEndpoints '${name}'`;
  if (staticMembers !== undefined && excludedMembers !== undefined) {
    throw new ValidationError(
      `${where}: got staticMembers and excludedMembers; RDS accepts one of the two lists. Leave one of them out.`,
    );
  }
  const eligible = endpointType === CustomEndpointType.READER ? instances.slice(1) : [...instances];
  for (const [property, members] of Object.entries({ staticMembers, excludedMembers })) {
    assertKnown(`${where}.${property}`, members ?? [], instances);
  }
  const [writer = ''] = instances;
  if (endpointType === CustomEndpointType.READER && staticMembers?.includes(writer) === true) {
    throw new ValidationError(
      `${where}.staticMembers: got ${writer}, the writer; an endpoint of the type READER has readers only. Leave it out, or state CustomEndpointType.ANY.`,
    );
  }
  if ([...(staticMembers ?? []), ...(excludedMembers ?? [])].some((member) => Token.isUnresolved(member))) return;
  const left = staticMembers ?? eligible.filter((instance) => excludedMembers?.includes(instance) !== true);
  if (left.length > 0) return;
  throw new ValidationError(
    `${where}: got no instance behind it, for the cluster has ${instances.join(', ')}; accepted is one at least. Give the cluster a reader, or the endpoint a member.`,
  );
}

function assertKnown(where: string, members: readonly string[], instances: readonly string[]): void {
  for (const member of members) {
    if (Token.isUnresolved(member) || instances.includes(member)) continue;
    throw new ValidationError(
      `${where}: got '${member}', which is no instance of the cluster; accepted are ${instances.join(', ')}. Name one of these.`,
    );
  }
  if (new Set(members).size === members.length) return;
  throw new ValidationError(
    `${where}: got ${members.join(', ')}, with one of them twice; RDS wants each once. Leave one out.`,
  );
}
