import { ListResourceRecordSetsCommand, type ResourceRecordSet, type Route53Client } from '@aws-sdk/client-route-53';
import type { ManifestRecord } from '../../../contract/manifest';
import { ifDenied } from '../denied';

/**
 * All record sets of a name: Route 53 lists from a name on, in order.
 *
 * @see docs/aws-facts.md#route53-list-current
 */
export async function recordSetsOf(
  route53: Route53Client,
  { zoneId, name }: Pick<ManifestRecord, 'zoneId' | 'name'>,
): Promise<readonly ResourceRecordSet[]> {
  const wanted = `${name.replace(/\.$/, '')}.`.toLowerCase();
  const { ResourceRecordSets: sets = [] } = await route53
    .send(new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: wanted, MaxItems: 100 }))
    .catch(ifDenied(`Ask somebody who may route53:ListResourceRecordSets on ${zoneId}.`))
    .catch((error: unknown) => notHere(error, zoneId));
  return sets.filter(({ Name = '' }) => Name.toLowerCase() === wanted);
}

function notHere(error: unknown, zoneId: string): never {
  if (error instanceof Error && error.name === 'NoSuchHostedZone') {
    throw new Error(
      `${zoneId}, the zone of the record, is not in this account. Look at --profile; the app may make the zone itself, and then there is nothing to adopt.`,
      { cause: error },
    );
  }
  throw error;
}
