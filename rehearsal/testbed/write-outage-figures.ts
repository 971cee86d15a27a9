import { type Figure, figure } from '../clients/figure';
import { lengthOf } from '../report/span';
import type { WriteOutage } from './write-outages';

/**
 * From the revoked client ingress (or the shifted record) until clients write to the new side; 0 where clients could write all the while,
 * `Infinity` where some clients never write again.
 */
export function writeOutageFigures(longest: WriteOutage | undefined): readonly Figure[] {
  const ms = longest === undefined ? 0 : Math.round(lengthOf(longest));
  const whole = figure('writeOutageMs', 'Write outage', ms, { unit: 'outage', shown: 'headline' });
  if (longest?.parts === undefined) return [whole];
  const { workMs, dnsMs } = longest.parts;
  return [
    whole,
    // What the migration took, and then Route 53 to get in sync, copies of the old answer to run out and clients to connect.
    figure('writeOutageWorkMs', 'Fence until record changed', workMs, { unit: 'ms', shown: 'headline' }),
    figure('writeOutageDnsMs', 'DNS until clients write', dnsMs, { unit: 'ms', shown: 'summary' }),
  ];
}
