import { textOf } from './facts';
import type { InAccount } from './rehearsed-kind';

export const eventRule: InAccount = {
  place: 'account',
  deploy({ facts }, { eventBridge }) {
    const [name, bus] = [textOf(facts, 'rule'), textOf(facts, 'bus')];
    const when =
      bus === 'default' ? { pattern: undefined, schedule: 'rate(1 minute)' } : { pattern: { source: ['rehearsal'] } };
    eventBridge.addRule({ name, bus, ...when, targets: [] });
  },
  observe({ facts }, { eventBridge }) {
    const at = { Name: textOf(facts, 'rule'), EventBusName: textOf(facts, 'bus') };
    return String(eventBridge.operations.describeRule.run(at).State);
  },
};
