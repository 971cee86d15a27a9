import { targetGroupsOf } from '../aws/ecs/service-of-assembly';
import { textOf } from './facts';
import type { InAccount } from './rehearsed-kind';

/** Tasks before the migration. */
const TASKS = 2;

export const ecsService: InAccount = {
  place: 'account',
  deploy({ facts }, { ecs, assembly }) {
    const [cluster, name] = [textOf(facts, 'cluster'), textOf(facts, 'service')];
    if (ecs.services.find(cluster, name) !== undefined) return;
    ecs.services.add({ cluster, name, desiredCount: TASKS, targetGroupArns: targetGroupsOf(assembly, name) });
  },
  observe({ facts }, { ecs }) {
    const found = ecs.services.find(textOf(facts, 'cluster'), textOf(facts, 'service'));
    const running = found === undefined ? 0 : ecs.services.counts(found).running;
    return `${found?.desiredCount} desired, ${running} running`;
  },
  service: ({ facts }) => textOf(facts, 'service'),
};
