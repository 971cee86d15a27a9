import type { Clock } from '../../aws/clock';
import { ScriptedStateMachines } from '../../aws/integration/scripted-state-machines';
import type { StateMachineRunner } from '../../aws/sfn/executions';
import { TaskFailure } from '../../states-language';
import type { StoppedWorkload } from '../migration';

/** State machines of the user's own that stop and start something: what they are told to do, they do. */
export class OwnStateMachines {
  readonly runner: StateMachineRunner;
  private readonly workloads: readonly StoppedWorkload[];
  private readonly stopped = new Set<string>();

  constructor(workloads: readonly StoppedWorkload[], clock: Clock) {
    this.workloads = workloads.filter(({ kind }) => kind === 'state machine');
    const arns = new Set(this.workloads.flatMap(({ facts }) => [String(facts.stop), String(facts.start)]));
    const machines = [...arns].map((arn) => ({ arn, run: async (input: unknown) => this.perform(arn, input) }));
    this.runner = new ScriptedStateMachines(clock, machines);
  }

  standing(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.workloads.map(({ kind, id }) => [`${kind} ${id}`, this.stopped.has(id) ? 'stopped' : 'running']),
    );
  }

  private perform(arn: string, input: unknown): object {
    const action = typeof input === 'object' && input !== null && 'action' in input ? String(input.action) : '';
    if (action !== 'stop' && action !== 'start') {
      throw new TaskFailure('States.Runtime', `There is no action "${action}": stop, start.`);
    }
    for (const { id, facts } of this.workloads) {
      if (String(facts[action]) !== arn) continue;
      if (action === 'stop') this.stopped.add(id);
      else this.stopped.delete(id);
    }
    return {};
  }
}
