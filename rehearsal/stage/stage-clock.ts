import { type Clock, type Pause, SystemClock } from '../states-language';

/** What really passes of a wait while nothing but time is waited for. */
const SHORT_SECONDS = 0.5;
/** The longest that anything is waited for in a hurry: a wait for resolvers' copies must outlast them. */
export const HURRIED_SECONDS = 1;
/**
 * Rounds that really happen of a phase that looks, waits and looks again: of the watch, time for an alarm to go off; of
 * each step of a canary, time for resolvers to ask again.
 */
const ROUNDS: Readonly<Record<string, number>> = { Watch: 4, Canary: 8 };
/** Phases in which nothing but RDS is waited for, which takes hours for it there. */
const RDS_AT_WORK = ['Create', 'Resize'];
/** Phases that wait for processes of this machine to end or to start, in a hurry too. */
const PROCESSES_AT_WORK = ['Quiesce', 'Undo Quiesce', 'Resume'];
const PROCESS_SECONDS = 4;
/** What is well answers sooner here, and nobody waits an hour to see that a person does not answer. */
const LONGEST_CHECK_SECONDS = 40;
const CHECKS = ['Check', 'Check with users', 'Check the return'];
/** Longer than anybody watches, or bakes. */
const REST_MS = 366 * 24 * 3_600_000;

/** Real time, but for the watch and the bakes of a canary: there hours pass between two looks at the alarms. */
export class StageClock implements Clock {
  private readonly clock = new SystemClock((seconds, pause) => this.shorten(seconds, pause));
  private rounds = 0;
  private jumped = 0;

  /**
   * @param phase - the phase that runs
   * @param hurry - cuts every other wait too, and what passes between two tries
   */
  constructor(
    private readonly phase: () => string,
    private readonly hurry: boolean,
  ) {}

  now(): number {
    return this.clock.now() + this.jumped;
  }

  async sleep(seconds: number, pause: Pause): Promise<void> {
    await this.clock.sleep(seconds, pause);
    const rounds = ROUNDS[this.phase()];
    if (pause.reason !== 'wait' || rounds === undefined) return;
    this.rounds++;
    if (this.rounds >= rounds) {
      this.rounds = 0;
      this.jumped += REST_MS;
    }
  }

  private shorten(seconds: number, { reason }: Pause): number {
    const phase = this.phase();
    if (reason === 'wait' && (ROUNDS[phase] !== undefined || RDS_AT_WORK.includes(phase))) {
      return Math.min(seconds, SHORT_SECONDS);
    }
    if (reason === 'timeout' && CHECKS.includes(phase)) return Math.min(seconds, LONGEST_CHECK_SECONDS);
    const cut = this.hurry && (reason === 'wait' || reason === 'retry');
    if (!cut) return seconds;
    return Math.min(seconds, PROCESSES_AT_WORK.includes(phase) ? PROCESS_SECONDS : HURRIED_SECONDS);
  }
}
