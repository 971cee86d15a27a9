import { callsIn } from '../night/observed';
import type { Answer, ServiceCall } from '../night/service-call';
import { confirmed, type Probe, refuted, unseen } from './probe';

export const route53ChangeInSync: Probe = {
  fact: 'route53-change-in-sync',
  observe(night) {
    const calls = callsIn(night).filter(({ service }) => service === 'route53');
    const seconds = calls.flatMap((made) => {
      const { Id: id, Status: status } = changeOf(made);
      if (made.action !== 'changeResourceRecordSets' || id === undefined) return [];
      const inSync = calls.find((asked) => {
        const change = changeOf(asked);
        return asked.action === 'getChange' && change.Id === id && change.Status === 'INSYNC';
      });
      return [{ status, seconds: inSync === undefined ? undefined : (inSync.endedAt - made.endedAt) / 1_000 }];
    });
    if (seconds.length === 0) return unseen('No execution changed a record.');
    if (seconds.some(({ status, seconds: taken }) => status !== 'PENDING' || taken === undefined)) {
      return refuted(`Changes were ${seconds.map(({ status }) => status).join(', ')} at first, or never INSYNC.`);
    }
    return confirmed(
      `${seconds.length} changes were PENDING, and INSYNC ${seconds.map(({ seconds: taken }) => Math.round(taken ?? 0)).join(', ')} s later.`,
    );
  },
};

const changeOf = ({ output }: ServiceCall): Answer => (output?.ChangeInfo ?? {}) as Answer;
