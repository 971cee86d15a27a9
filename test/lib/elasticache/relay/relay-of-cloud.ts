import type { RedisVerbs } from '../../../../contract/cache';
import type { Side } from '../../../../contract/common';
import { TaskFailure } from '../../../../rehearsal/states-language';
import { REDIS_WELL } from '../../agent-when-well';
import type { Cloud } from '../../cloud';

/** What an agent knows of its relay: its markers outlive it. It notes what must not be asked of it. */
export class RelayOfCloud {
  /** As the markers say. */
  serving: Side | undefined;
  running = false;
  /** The host answers nothing, and its relay carries nobody. */
  dead = false;
  /** Has the next handover, or what is asked of it, fail. */
  fails: (verb: keyof RedisVerbs) => boolean = () => false;

  constructor(private readonly cloud: Cloud) {
    cloud.relayServes = () => (this.running ? this.serving : undefined);
    cloud.agent = (verb, args) => (this.dead ? new Promise(() => {}) : this.answer(verb, args as Args));
  }

  private answer(verb: keyof RedisVerbs, args: Args): unknown {
    if (this.fails(verb)) return new TaskFailure('Agent.NotHandedOver', 'by the test');
    if (verb === 'redis.interpose') return this.interpose(args.serving);
    if (verb === 'redis.handover') return this.handOver(args.from, args.to);
    if (verb === 'redis.replicate' && args.to === this.serving)
      return new TaskFailure('Agent.SideServes', 'overwrites');
    if (verb === 'redis.withdraw') {
      this.running = false;
      this.serving = undefined;
    }
    const { serving } = this;
    if (verb === 'redis.relay') return { ...REDIS_WELL[verb], serving };
    return REDIS_WELL[verb];
  }

  private interpose(side: Side | undefined): unknown {
    if (this.serving !== undefined && this.serving !== side)
      return new TaskFailure('Agent.SideServes', 'the other one');
    this.serving = side;
    this.running = true;
    return REDIS_WELL['redis.interpose'];
  }

  private handOver(from: Side | undefined, to: Side | undefined): unknown {
    if (!this.running || this.serving !== from || from === undefined) {
      return new TaskFailure('Agent.NotHandedOver', `clients are on ${this.serving}`);
    }
    if (this.cloud.clientRules(from).length > 0) this.cloud.broken.push(`${from} is open while clients are moved`);
    this.serving = to;
    this.cloud.movedFrom(from);
    return REDIS_WELL['redis.handover'];
  }
}

type Args = Partial<Record<'serving' | 'from' | 'to', Side>>;
