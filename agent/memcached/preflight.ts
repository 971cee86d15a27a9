import type { Side } from '../../contract/common';
import { told } from '../findings';
import type { Verb } from '../verb';
import { checkClients } from './preflight/clients';
import { checkIdentity } from './preflight/identity';
import { checkNodes } from './preflight/nodes';
import { checkSettings } from './preflight/settings';
import { sumOf, surveySide } from './preflight/survey';
import type { MemcachedSides } from './sides';

/** Everything that would go wrong with the switch, found without changing anything. */
export const preflight: Verb<MemcachedSides, 'memcached.preflight'> = async (sides, args) => {
  const surveyed = (side: Side) => surveySide(side, sides.endpoint(side));
  const [from, to] = await Promise.all([surveyed(args.from), surveyed(args.to)]);
  const survey = { from, to, recordName: sides.recordName };
  const reads = sumOf(from, 'cmd_get');
  return {
    ...told([checkIdentity, checkNodes, checkSettings, checkClients].flatMap((check) => [...check(survey)])),
    items: sumOf(from, 'curr_items'),
    usedMemoryBytes: sumOf(from, 'bytes'),
    ...(reads > 0 && { hitPercent: Math.round((1000 * sumOf(from, 'get_hits')) / reads) / 10 }),
  };
};
