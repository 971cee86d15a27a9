import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { ManifestPhase, PhaseStates } from '../../../contract/manifest';
import { SEEN } from './manifest';
import type { Phase } from './phase';

/** The names of the states that phases become, kept as they are built: the manifest says them. */
export class StatesOfPhases {
  private readonly states = new Map<Phase, Partial<PhaseStates>>();
  private readonly onFailure = new Map<Phase, readonly string[]>();
  /** The states that an exit leads through, in order, where all goes well there. */
  private readonly ways = new Map<IChainable, readonly string[]>();

  public name(phase: Phase, states: Partial<PhaseStates>): void {
    this.states.set(phase, { ...this.states.get(phase), ...states });
  }

  /** Says that `exit` leads through `states`, and goes on to `next`. */
  public leads(exit: IChainable, states: readonly string[], next?: IChainable): void {
    this.ways.set(exit, [...states, ...((next && this.ways.get(next)) ?? [])]);
  }

  /** Says that a failure of `phase` leads to `exit`. */
  public fails(phase: Phase, exit: IChainable): void {
    this.onFailure.set(phase, this.ways.get(exit) ?? [exit.id]);
  }

  public manifestOf(phase: Phase): ManifestPhase {
    const { name, role, direction } = phase;
    const onFailure = this.onFailure.get(phase);
    return {
      name,
      role,
      ...(direction !== undefined && { only: direction }),
      seen: SEEN[role],
      states: { own: name, ...this.states.get(phase) },
      ...(onFailure !== undefined && { onFailure }),
    };
  }
}
