import type { AgentError } from '../../../errors';

const FIRST_REST_MS = 100;
/** Each begins a resynchronisation of everything, which the next one throws away. */
const MAX_IN_A_ROW = 5;
/** A session that lasts for so long shows that the source's buffer is large enough most of the time. */
const LONG_MS = 10 * 60 * 1000;

/** How often in a row the source has cut the agent off from its events. It would go on for as long as the agent does. */
export class CutOffs {
  private inARow = 0;

  /** How long to wait before another session, in milliseconds; undefined where there shall be none. */
  restAfter({ name }: AgentError, livedMs: number): number | undefined {
    if (name !== 'Agent.EventsCutOff') return FIRST_REST_MS;
    this.inARow = livedMs > LONG_MS ? 1 : this.inARow + 1;
    return this.inARow > MAX_IN_A_ROW ? undefined : FIRST_REST_MS * 2 ** this.inARow;
  }
}
