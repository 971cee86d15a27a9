import type { Errand } from '../machine/errand';
import type { LostSide, PhasesAlone, RollbackUnsupported } from '../machine/lost-side';
import type { Phase } from '../machine/phase';
import type { WhoServes } from '../machine/who-serves';

/** A migration as the operator knows it. */
export interface Runbook {
  /** In order. */
  readonly phases: Phase[];
  /** Deletes blue, which users have left. Absent: there is no green yet. */
  readonly retire?: Phase;
  /** What else may be asked for. @default - nothing */
  readonly errands?: Errand[];
  readonly lost: LostSide | RollbackUnsupported | PhasesAlone;
  /** What the operator can start when users are not well. @default - going back */
  readonly rollback?: string;
  /** How it is known who serves. */
  readonly record: WhoServes;
}

/** The phases that know no engine. */
export interface CommonPhases {
  /** None where nobody is to be asked. */
  readonly approve: Phase[];
  /** None where nothing is to be stopped. */
  readonly quiesce: Phase[];
  /** None where nothing is asked before users are let in. */
  readonly check: Phase[];
  readonly resume: Phase;
  /** None where nothing is asked. */
  readonly checkReturn: Phase[];
  /** None where nothing is asked with users. */
  readonly checkWithUsers: Phase[];
  readonly watch: Phase;
}
