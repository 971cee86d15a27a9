import { callsIn } from '../night/observed';
import type { Answer, ServiceCall } from '../night/service-call';
import { confirmed, type Probe, refuted, unseen } from './probe';

export const route53ChangeInSync: Probe = {
  fact: 'route53-change-in-sync',
  observe(night) {
    const calls = callsIn(night).filter(({ service }) => service === 'route53');
    const changes = calls.flatMap((made) => {
      const { Id: id, Status: status } = changeOf(made);
      if (made.action !== 'changeResourceRecordSets' || id === undefined) return [];
      // Anyone who was stopped did not wait for it.
      const inSync = calls.find((asked) => {
        const change = changeOf(asked);
        return asked.action === 'getChange' && change.Id === id && change.Status === 'INSYNC';
      });
      return inSync === undefined ? [] : [{ status, seconds: Math.round((inSync.endedAt - made.endedAt) / 1_000) }];
    });
    if (changes.length === 0) return unseen('No execution changed a record and waited for it.');
    const atOnce = changes.filter(({ status }) => status !== 'PENDING');
    return atOnce.length === 0
      ? confirmed(
          `${changes.length} changes were PENDING, and INSYNC ${changes.map(({ seconds }) => seconds).join(', ')} s later.`,
        )
      : refuted(`${atOnce.length} of ${changes.length} changes were ${atOnce[0]?.status} at once.`);
  },
};

const changeOf = ({ output }: ServiceCall): Answer => (output?.ChangeInfo ?? {}) as Answer;
