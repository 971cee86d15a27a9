import { isIPv4, isIPv6 } from 'node:net';
import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { AwsError, NotRehearsedError } from '../aws-error';
import { normalizeName, valuesOf } from './record-set';

const REHEARSED_TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'SOA', 'SRV', 'TXT'];
const NOT_REHEARSED = [
  'AliasTarget',
  'CidrRoutingConfig',
  'Failover',
  'GeoLocation',
  'GeoProximityLocation',
  'HealthCheckId',
  'MultiValueAnswer',
  'Region',
  'TrafficPolicyInstanceId',
] as const;
/** Route 53 takes TTLs up to 2^31 - 1. */
const MAX_TTL = 2_147_483_647;

/**
 * What a record set must be by itself, wherever it is put.
 *
 * @returns what is wrong with it, as InvalidChangeBatch lists it
 * @throws AwsError InvalidInput for what no record set may be
 */
export function checkRecordSet(record: ResourceRecordSet, zoneName: string): readonly string[] {
  for (const property of NOT_REHEARSED) {
    if (record[property] !== undefined) {
      throw new NotRehearsedError(`A Route 53 record set with ${property}`);
    }
  }
  if (!REHEARSED_TYPES.includes(record.Type ?? '')) {
    throw new NotRehearsedError(`A Route 53 record set of type ${record.Type}`);
  }
  checkRouting(record);
  if (record.TTL === undefined || record.TTL < 0 || record.TTL > MAX_TTL) {
    throw new AwsError(
      'InvalidInput',
      `Invalid request: Missing or invalid TTL for ${record.Name}; accepted are 0 to ${MAX_TTL} seconds.`,
    );
  }
  return [...checkPlace(record, zoneName), ...checkValues(record)];
}

/** A set identifier and a routing policy come together. */
function checkRouting({ SetIdentifier: identifier, Weight: weight }: ResourceRecordSet): void {
  if (weight !== undefined && identifier === undefined) {
    throw new AwsError(
      'InvalidInput',
      'Invalid request: Missing field SetIdentifier in ResourceRecordSet with Weight.',
    );
  }
  if (identifier !== undefined && weight === undefined) {
    throw new AwsError(
      'InvalidInput',
      'Invalid request: ResourceRecordSet with SetIdentifier is missing a routing policy, e.g. Weight.',
    );
  }
}

function checkPlace({ Name = '', Type: type }: ResourceRecordSet, zoneName: string): readonly string[] {
  const name = normalizeName(Name);
  if (name !== zoneName && !name.endsWith(`.${zoneName}`)) {
    return [`RRSet with DNS name ${name} is not permitted in zone ${zoneName}`];
  }
  if (type === 'CNAME' && name === zoneName) {
    return [`RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zoneName}`];
  }
  return [];
}

function checkValues(record: ResourceRecordSet): readonly string[] {
  const values = valuesOf(record);
  if (values.length === 0) {
    return [`RRSet with DNS name ${normalizeName(record.Name ?? '')}, type ${record.Type} has no resource records`];
  }
  if (record.Type === 'CNAME' && values.length > 1) {
    return [`CNAME RRSet with DNS name ${normalizeName(record.Name ?? '')} must have exactly one resource record`];
  }
  if (new Set(values).size !== values.length) {
    return [`Duplicate Resource Record: '${values.find((value, index) => values.indexOf(value) !== index)}'`];
  }
  return values
    .filter((value) => !isValid(record.Type ?? '', value))
    .map((value) => `Invalid Resource Record: '${value}' is no value of type ${record.Type}`);
}

function isValid(type: string, value: string): boolean {
  switch (type) {
    case 'A':
      return isIPv4(value);
    case 'AAAA':
      return isIPv6(value);
    case 'CNAME':
    case 'NS':
      return /^[^\s]{1,255}$/.test(value) && value.split('.').every((label) => label.length <= 63);
    case 'TXT':
      return /^"(?:[^"\\]|\\.)*"( "(?:[^"\\]|\\.)*")*$/.test(value);
    default:
      return value !== '';
  }
}
