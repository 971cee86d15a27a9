import type { ActiveSide } from '../machine/active-side';
import type { Errand } from '../machine/errand';
import type { LostSide, PhasesAlone, RollbackUnsupported } from '../machine/lost-side';
import type { Phase } from '../machine/phase';

/** A migration as the operator knows it. */
export interface Runbook {
  /** In order. */
  readonly phases: Phase[];
  /** Deletes blue, which clients have left. Absent: there is no green yet. */
  readonly retire?: Phase;
  /** What else may be asked for. @default - nothing */
  readonly errands?: Errand[];
  readonly lost: LostSide | RollbackUnsupported | PhasesAlone;
  /** What the operator can start when clients are not well. @default - going back */
  readonly rollback?: string;
  /** How the active side is known. */
  readonly record: ActiveSide;
}

/** The phases that know no engine. */
export interface CommonPhases {
  /** None where nobody is to be asked. */
  readonly approve: Phase[];
  /** None where nothing is to be stopped. */
  readonly quiesce: Phase[];
  /** None where nothing is asked before clients are let in. */
  readonly check: Phase[];
  readonly resume: Phase;
  /** None where nothing is asked. */
  readonly checkReturn: Phase[];
  /** None where nothing is asked with clients. */
  readonly checkWithClients: Phase[];
  readonly watch: Phase;
}
