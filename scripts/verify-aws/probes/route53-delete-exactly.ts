import { ChangeResourceRecordSetsCommand, ListResourceRecordSetsCommand } from '@aws-sdk/client-route-53';
import type { Observed } from '../night/observed';
import { confirmed, type Probe, refusalOf, refuted } from './probe';

type Action = 'CREATE' | 'DELETE';

export const route53DeleteExactly: Probe = {
  fact: 'route53-delete-exactly',
  async observe(night) {
    await change(night, ['CREATE', 'scratch', 'one.internal']);
    try {
      const refusal = await refusalOf(
        change(night, ['CREATE', 'other', 'two.internal'], ['DELETE', 'scratch', 'another.internal']),
      );
      const isMade = await isThere(night, 'other');
      if (isMade) await change(night, ['DELETE', 'other', 'two.internal']);
      const what = `A batch whose DELETE names another value was answered with ${refusal ?? 'success'}; its CREATE was ${isMade ? '' : 'not '}made.`;
      return refusal === 'InvalidChangeBatch' && !isMade ? confirmed(what) : refuted(what);
    } finally {
      await change(night, ['DELETE', 'scratch', 'one.internal']);
    }
  },
};

function change({ clients, places }: Observed, ...changes: [Action, name: string, target: string][]) {
  return clients.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: places.zoneId,
      ChangeBatch: {
        Changes: changes.map(([action, name, target]) => ({
          Action: action,
          ResourceRecordSet: {
            Name: `${name}.${places.zoneName}`,
            Type: 'CNAME',
            TTL: 5,
            ResourceRecords: [{ Value: target }],
          },
        })),
      },
    }),
  );
}

async function isThere({ clients, places }: Observed, name: string): Promise<boolean> {
  const { ResourceRecordSets = [] } = await clients.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: places.zoneId }),
  );
  return ResourceRecordSets.some(({ Name }) => Name === `${name}.${places.zoneName}.`);
}
