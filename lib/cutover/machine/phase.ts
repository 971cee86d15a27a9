import type { IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import type { ManifestStandIns, PhaseRole } from '../../../contract/manifest';

/**
 * One step of a migration as the operator knows it: what is done, and how it is undone.
 *
 * The chains speak of `$from` and `$to`, never of blue and green, so that the same phase serves the rollback. They may
 * read `$journal`; what they output is put into the execution's result under the phase's name.
 */
export interface Phase {
  /** As in the runbook, e.g. `Fence`. Also the name of its state. */
  readonly name: string;
  /**
   * What it is for. `preflight` may be all that is asked for. From `resume` on clients have moved for good; what is `after` it
   * is tried until it is done. `watch` outputs the `alarms` that went off. What fails in a `proof` sends clients back as those
   * do. A `report` changes nothing, is not journalled, and decides nothing.
   */
  readonly role: PhaseRole;
  /** What it does and what it guards against, for the reader of the definition. */
  readonly purpose: string;
  /** The same where clients cannot return. @default - purpose */
  readonly withoutRollback?: string;
  /** Variables that its states read, the same in every execution: assigned at the beginning. */
  readonly knows?: Record<string, unknown>;
  /**
   * Looks at what the phase is about to change. Its output, an object, is merged into the journal and saved before
   * anything is touched, so that every exit knows what to put back.
   */
  readonly survey?: IChainable;
  /** JSONata object merged into the journal as the phase begins, in the same write. */
  readonly begins?: string;
  readonly forward: IChainable;
  /** Puts back what the phase changed. Idempotent; tolerates a forward that got half way. */
  readonly undo?: IChainable;
  /**
   * What undo has to do with where clients are. `returns`: it takes them back, or opens the side that they return to; while
   * it has failed, two sides might be open, and the undos before it are not tried. `apart`: it touches neither side, and is
   * tried wherever clients are.
   *
   * @default - it is tried once clients are back
   */
  readonly undoing?: 'returns' | 'apart';
  /** Lets clients in again on the side that they are on, where undo has failed for good and may have shut them out. */
  readonly stay?: IChainable;
  /** JSONata object merged into the journal, and saved, once clients were let in by `stay`. */
  readonly stayed?: string;
  /**
   * JSONata object merged into the journal once forward is done. `moved` names the side that clients have moved to without
   * an undo that takes them back; `remains` says what stays when all is over, and costs money, in a sentence.
   */
  readonly done?: string;
  /**
   * JSONata text of what `$output`, its own, means for clients, to be told where an execution fails and shows no result;
   * empty where it means nothing.
   */
  readonly tells?: string;
  /** JSONata object merged into the journal once undo is done; `$states.input` is what undo output. */
  readonly undone?: string;
  /** `there`: left out in a rollback, for nobody approves or tries out a return. `rollback`: only where clients return to blue. */
  readonly direction?: 'cutover' | 'rollback';
  /** Of a `watch`: the Choice that sends back to another look, and for how long. Absent: there is nothing to look at. */
  readonly looks?: { readonly again: string; readonly seconds: number };
  /** Those of `knows` that are of AWS alone, and that a rehearsal has its own of. */
  readonly standIns?: ManifestStandIns;
}
