import type { PhaseRole } from '../../contract/manifest';
import type { PartOfPhase } from '../report/result';
import { type Clock, type Pause, SystemClock } from '../states-language';

/** What really passes of a wait while nothing but time is waited for. */
const SHORT_SECONDS = 0.5;
/** The longest that anything is waited for in a hurry: a wait for resolvers' copies must outlast them. */
export const HURRIED_SECONDS = 1;
/**
 * Rounds that really happen of a phase that looks, waits and looks again: of the watch, time for an alarm to go off; of
 * each step of a canary, time for resolvers to ask again.
 */
const ROUNDS: Partial<Record<PhaseRole, number>> = { watch: 4, canary: 8 };
/** Phases in which nothing but RDS is waited for, which takes hours for it there. */
const RDS_AT_WORK: readonly PhaseRole[] = ['create', 'resize'];
/** Phases that wait for processes of this machine to end or to start, in a hurry too. */
const PROCESSES_AT_WORK: readonly PhaseRole[] = ['quiesce', 'resume'];
const PROCESS_SECONDS = 4;
/** What is well answers sooner here, and nobody waits an hour to see that a person does not answer. */
const MAX_CHECK_SECONDS = 40;
const CHECKS: readonly PhaseRole[] = ['check', 'proof', 'report'];
/** Longer than anybody watches, or bakes. */
const REST_MS = 366 * 24 * 3_600_000;

/** Real time, but for the watch and the bakes of a canary: there hours pass between two looks at the alarms. */
export class RehearsalClock implements Clock {
  private readonly clock = new SystemClock((seconds, pause) => this.shorten(seconds, pause));
  private rounds = 0;
  private jumped = 0;

  /**
   * @param phase - the phase that runs
   * @param hurry - cuts every other wait too, and what passes between two tries
   */
  constructor(
    private readonly phase: () => PartOfPhase | undefined,
    private readonly hurry: boolean,
  ) {}

  now(): number {
    return this.clock.now() + this.jumped;
  }

  async sleep(seconds: number, pause: Pause): Promise<void> {
    await this.clock.sleep(seconds, pause);
    const rounds = roundsOf(this.phase());
    if (pause.reason !== 'wait' || rounds === undefined) return;
    this.rounds++;
    if (this.rounds >= rounds) {
      this.rounds = 0;
      this.jumped += REST_MS;
    }
  }

  private shorten(seconds: number, { reason }: Pause): number {
    const phase = this.phase();
    const isOneOf = (roles: readonly PhaseRole[]) => phase !== undefined && roles.includes(phase.role);
    if (reason === 'wait' && phase?.part === 'own' && (roundsOf(phase) !== undefined || isOneOf(RDS_AT_WORK))) {
      return Math.min(seconds, SHORT_SECONDS);
    }
    if (reason === 'timeout' && isOneOf(CHECKS)) return Math.min(seconds, MAX_CHECK_SECONDS);
    const cut = this.hurry && (reason === 'wait' || reason === 'retry');
    if (!cut) return seconds;
    return Math.min(seconds, isOneOf(PROCESSES_AT_WORK) && phase?.part !== 'look' ? PROCESS_SECONDS : HURRIED_SECONDS);
  }
}

/** Undoing a phase is no round of it. */
function roundsOf(phase: PartOfPhase | undefined): number | undefined {
  return phase?.part === 'own' ? ROUNDS[phase.role] : undefined;
}
