import type { Finding } from '../../../contract/common';
import { named } from '../connected-clients';
import { type Survey, settingOf } from './survey';

/** Who will have to leave by themselves. */
export function checkClients({ from, recordName }: Survey): readonly Finding[] {
  const { connections, groups } = from.clients;
  if (connections === 0) return [];
  const idle = Number(settingOf(from, 'idle_timeout') ?? 0);
  const who = groups.length === 0 ? '' : `: ${named(groups)}`;
  return [
    {
      id: 'memcached.connections-stay',
      severity: 'warning',
      message: `${connections} connections are open to ${from.where}${who}. Memcached cannot close a client's connection: one that is kept open stays there after the switch${idle > 0 ? `, unless it is idle for ${idle} s` : ''}.`,
      remedy: `See that clients close connections by age or start again, and resolve ${recordName} then: list what keeps them open as workloads.`,
    },
  ];
}
