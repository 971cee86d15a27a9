import type { Side } from '../../../../contract/common';
import { AgentError } from '../../../errors';
import type { RedisContext } from '../../context';
import { explainRedis } from '../../explain';
import { sleep } from '../../replication/clock';
import { ANSWERS_WITHIN_MS, MarkedServer } from './marker';
import type { RunningRelay } from './running-relay';
import { otherThan, withMarked } from './serving';
import type { Marker } from './who-serves';

const ASKS_AGAIN_MS = 100;
const TELLS_EVERY_MS = 5000;

/** One attempt to move clients from the side that serves to the other: what is written on both, and who wins. */
export class Decision {
  /** What the new side's marker is until it is decided. */
  private asked: Marker | undefined;

  private constructor(
    private readonly context: RedisContext,
    private readonly from: Side,
    private readonly here: MarkedServer,
    private readonly there: MarkedServer,
    private readonly host: string,
    private readonly serves: Marker,
    private readonly before: Marker | undefined,
  ) {}

  /** Rejects where the markers are not what the relay's agent knows. Nothing is written yet. */
  static async open(context: RedisContext, { serving, epoch, host }: RunningRelay): Promise<Decision> {
    const { endpoints } = context;
    const here = await MarkedServer.open(endpoints[serving], ANSWERS_WITHIN_MS);
    try {
      const there = await MarkedServer.open(endpoints[otherThan(serving)], ANSWERS_WITHIN_MS);
      try {
        const [serves, before] = [await here.read(), await there.read()];
        if (serves?.state === 'serves' && serves.epoch === epoch && serves.host === host) {
          return new Decision(context, serving, here, there, host, serves, before);
        }
        throw new AgentError(
          'Agent.ServingUnknown',
          `The marker on ${serving} is ${serves === undefined ? 'missing' : `"${serves.state}", epoch ${serves.epoch}`}, and was ` +
            `to be "serves", epoch ${epoch}, of this host. A missing one is written again within ten seconds: repeat then.`,
        );
      } catch (error) {
        there.close();
        throw error;
      }
    } catch (error) {
      here.close();
      throw error;
    }
  }

  get epoch(): number {
    return Math.max(this.serves.epoch, this.before?.epoch ?? 0) + 1;
  }

  /** Rule 2: an agent that finds these after a crash knows that it has to look at both. */
  async announce(signal: AbortSignal): Promise<void> {
    const { here, there, host, serves, before, epoch } = this;
    const { migrationName: migration } = this.context;
    const asked: Marker = { state: 'asked', epoch, migration, host, runId: there.runId };
    if (!(await there.write(before, asked))) throw changed(otherThan(this.from));
    this.asked = asked;
    await there.replicated(signal);
    if (!(await here.rename(serves, 'leaving'))) throw changed(this.from);
    await here.replicated(signal);
  }

  /**
   * Rules 8, 9 and 10: whether the new side serves. Resolves only once that is known, and once a failover cannot make it
   * untrue; rejects never.
   */
  async decide(): Promise<boolean> {
    const { asked, there } = this;
    if (asked === undefined) return false;
    try {
      if (!(await there.rename(asked, 'serves'))) return false;
      await there.replicated(NEVER);
      return true;
    } catch (error) {
      this.warn('Whether the relay’s switch was decided is not known: clients stay held until it is.', error);
      return this.found(asked);
    }
  }

  /** Nobody was let on to the new side: the marker is to say so too. Resolves also where that cannot be written now. */
  async giveUp(): Promise<void> {
    const { asked, here, there, serves } = this;
    try {
      if (asked !== undefined) await there.rename(asked, 'left');
      await here.rename({ ...serves, state: 'leaving' }, 'serves');
    } catch (error) {
      this.warn('The markers still say that a switch was begun; they are corrected later.', error);
    }
  }

  /** Clients are on the new side. */
  async confirm(): Promise<void> {
    try {
      await this.here.rename({ ...this.serves, state: 'leaving' }, 'left');
    } catch (error) {
      this.warn('The marker of the old side does not say yet that clients have left; it is corrected later.', error);
    }
  }

  close(): void {
    this.here.close();
    this.there.close();
  }

  private async found(asked: Marker): Promise<boolean> {
    for (let sinceMs = 0; ; sinceMs += ASKS_AGAIN_MS) {
      try {
        const to = otherThan(this.from);
        return await withMarked(this.context, to, (server) => this.read(server, asked), ANSWERS_WITHIN_MS);
      } catch (error) {
        if (sinceMs % TELLS_EVERY_MS === 0) this.warn('The new side does not say whether it serves.', error);
        await sleep(ASKS_AGAIN_MS);
      }
    }
  }

  private async read(server: MarkedServer, asked: Marker): Promise<boolean> {
    const marker = await server.read();
    if (marker?.state === 'serves' && marker.epoch === asked.epoch) {
      await server.replicated(NEVER);
      return true;
    }
    if (marker?.state !== 'asked' || marker.epoch !== asked.epoch) return false;
    // A decision that is still on its way must find it given up.
    if (await server.rename(marker, 'left')) return false;
    return this.read(server, asked);
  }

  private warn(event: string, error: unknown): void {
    this.context.logger.warn(event, { reason: explainRedis(error, this.from).message });
  }
}

const NEVER = new AbortController().signal;

function changed(side: Side): AgentError {
  return new AgentError(
    'Agent.ServingUnknown',
    `The relay's marker on ${side} was changed meanwhile: another agent works on this migration. Nobody was moved.`,
  );
}
