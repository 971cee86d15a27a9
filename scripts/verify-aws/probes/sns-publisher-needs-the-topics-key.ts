import { callsIn } from '../night/observed';
import { confirmed, type Probe, refuted, unseen } from './probe';

/** That it suffices is seen here; that it is needed would take a role without it. */
export const snsPublisherNeedsTheTopicsKey: Probe = {
  fact: 'sns-publisher-needs-the-topics-key',
  observe(night) {
    const published = callsIn(night).filter(({ service, action }) => service === 'sns' && action === 'publish');
    const refused = published.find(({ error }) => error !== undefined);
    if (published.length === 0) return unseen('Nothing was announced.');
    return refused === undefined
      ? confirmed(`${published.length} announcements on a topic with a customer key were taken, with the two grants.`)
      : refuted(`With the two grants, an announcement was refused: ${refused.error}: ${refused.cause}`);
  },
};
