import { ScriptedStateMachines } from '../aws/integration/scripted-state-machines';
import { TaskFailure } from '../states-language';
import type { External } from './rehearsed-kind';

/** State machines of the user's own: what they are told to do, they do. */
export const stateMachine: External = {
  place: 'elsewhere',
  async start(workloads, { clock }) {
    const stopped = new Set<string>();
    const perform = (arn: string, input: unknown): object => {
      const action = typeof input === 'object' && input !== null && 'action' in input ? String(input.action) : '';
      if (action !== 'stop' && action !== 'start') {
        throw new TaskFailure('States.Runtime', `There is no action "${action}": stop, start.`);
      }
      for (const { id, facts } of workloads) {
        if (String(facts[action]) !== arn) continue;
        if (action === 'stop') stopped.add(id);
        else stopped.delete(id);
      }
      return {};
    };
    const arns = new Set(workloads.flatMap(({ facts }) => [String(facts.stop), String(facts.start)]));
    const machines = [...arns].map((arn) => ({ arn, run: async (input: unknown) => perform(arn, input) }));
    return {
      stateMachines: new ScriptedStateMachines(clock, machines),
      observe: ({ id }) => (stopped.has(id) ? 'stopped' : 'running'),
    };
  },
};
