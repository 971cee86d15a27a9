import type { NormalizedSchema } from '@smithy/core/schema';
import type { SdkServiceNames } from './services';

/**
 * Which exported enum a member takes its values from, by `<structure>.<member>`. The SDK's run-time schemas say only
 * "string"; a test compares this list with the SDK's own type declarations.
 */
const ENUM_MEMBERS: Record<string, Record<string, string>> = {};

/** The values a member accepts; undefined where it is not known to be an enumeration. */
export async function enumValues(
  service: SdkServiceNames,
  structure: NormalizedSchema,
  member: string,
): Promise<readonly string[] | undefined> {
  const enumName = ENUM_MEMBERS[service.identifier]?.[`${structure.getName()}.${member}`];
  if (enumName === undefined) {
    return undefined;
  }
  const values = Object.entries(await service.load()).find(([name]) => name === enumName)?.[1];
  if (typeof values !== 'object' || values === null) {
    throw new Error(`The ${service.serviceId} client exports no enum ${enumName}.`);
  }
  return Object.values(values).map(String);
}
