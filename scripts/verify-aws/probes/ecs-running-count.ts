import { callsIn } from '../night/observed';
import type { Answer } from '../night/service-call';
import { confirmed, type Probe, refuted, unseen } from './probe';

export const ecsRunningCount: Probe = {
  fact: 'ecs-running-count',
  observe(night) {
    const calls = callsIn(night).filter(({ service }) => service === 'ecs');
    const statuses = calls
      .filter(({ action }) => action === 'describeTasks')
      .flatMap(({ output }) => listIn(output, 'Tasks').map(({ LastStatus: status }) => String(status)));
    const counts = calls
      .filter(({ action }) => action === 'describeServices')
      .flatMap(({ output }) => listIn(output, 'Services').map(({ RunningCount: count }) => Number(count)));
    if (statuses.length === 0) return unseen('No tasks were looked at.');
    const passing = [...new Set(statuses)].filter((status) => status !== 'RUNNING' && status !== 'STOPPED');
    if (passing.length === 0) return unseen(`Tasks were seen as ${[...new Set(statuses)].join(', ')} only.`);
    const what = `Tasks were seen as ${passing.join(', ')}; the lowest runningCount was ${Math.min(...counts)}.`;
    return counts.includes(0) ? confirmed(what) : refuted(what);
  },
};

const listIn = (answer: Answer | undefined, field: string) => (answer?.[field] ?? []) as readonly Answer[];
