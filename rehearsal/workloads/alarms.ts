import { namesOf } from './facts';
import type { InAccount } from './rehearsed-kind';

export const alarms: InAccount = {
  place: 'account',
  deploy({ facts }, { cloudwatch }) {
    for (const name of namesOf(facts.alarms)) cloudwatch.addAlarm(name);
  },
  observe({ facts }, { cloudwatch }) {
    return namesOf(facts.alarms)
      .map((name) => `${name} ${cloudwatch.isQuiet(name) ? 'is muted' : 'acts'}`)
      .join(', ');
  },
};
