import { whoServes } from '../../../../../../agent/redis/relay/switch/who-serves';
import type { Side } from '../../../../../../contract/common';
import type { Rules } from './rules';
import {
  type Bounds,
  type Copy,
  type Host,
  otherThan,
  type State,
  seen,
  type World,
  waitedFor,
  written,
} from './world';

/** Before the decision is sent, any step may fail, and `maxPause` may end. */
const MAY_FAIL: ReadonlySet<string> = new Set([
  ...['asked', 'announced', 'leaving', 'noted', 'closed', 'held', 'alone', 'drained', 'halted', 'prepared'],
]);

/** The steps of one host: those of `agent/redis/relay/switch`, with what may become of each. */
export class HostSteps {
  private readonly host: Host;
  private readonly from: Side;
  private readonly to: Side;

  constructor(
    private readonly world: World,
    private readonly index: number,
    private readonly rules: Rules,
    private readonly bounds: Bounds,
  ) {
    this.host = world.hosts[index] as Host;
    this.from = this.host.side;
    this.to = otherThan(this.from);
  }

  next(): World[] {
    const { host, rules } = this;
    if (host.isShutOut) return [];
    const failed = MAY_FAIL.has(host.step) ? [this.put({ step: 'failed' })] : [];
    const returned = !rules.onlyForward && host.step === 'decided' ? [this.put({ step: 'failed' })] : [];
    return [...failed, ...returned, ...this.goOn(), ...this.copied()];
  }

  private goOn(): World[] {
    const { world, host, rules, from, to } = this;
    const there = world[to];
    switch (host.step) {
      case 'down':
        return [this.put({ step: 'starting', forwards: false, copies: [] })];
      case 'starting':
        return this.start();
      case 'settling':
        return there.answers ? [this.put({ step: 'starting' }, this.marked(to, 'asked', 'left') ?? world)] : [];
      case 'idle':
        return [...this.tidied(), ...this.asked()];
      case 'asked':
        if (!rules.askedIsWaitedFor) return [this.put({ step: 'announced' })];
        return this.afterwards('announced', this.isSame(to) && waitedFor(world, to));
      case 'announced':
        if (!rules.leavingIsWritten) return [this.put({ step: 'noted' })];
        return this.afterwards('leaving', world[from].answers && this.marked(from, 'serves', 'leaving'));
      case 'leaving':
        if (!rules.leavingIsWaitedFor) return [this.put({ step: 'noted' })];
        return this.afterwards('noted', this.isSame(from) && waitedFor(world, from));
      case 'noted':
        return [this.put({ step: 'closed' }, rules.ingressIsClosed ? { ...world, ingress: 'closed' } : world)];
      case 'closed':
        return [this.put({ step: 'held', forwards: !rules.holds, runs: { ...host.runs, [from]: world[from].run } })];
      case 'held':
        return !rules.looksWhoIsThere || world.direct !== 'connected' || from === 'green'
          ? this.afterwards('alone', this.isSame(from) && world)
          : [];
      case 'alone':
        return !rules.drains || this.isDrained() ? [this.put({ step: 'drained' })] : [];
      case 'drained':
        return [this.put({ step: 'halted', copies: this.halted() })];
      case 'halted':
        return this.afterwards('prepared', this.isSame(from) && this.isSame(to) && world);
      case 'prepared':
        return this.decided();
      case 'unclear':
        return this.madeClear();
      case 'decided':
        return this.waited();
      case 'safe':
        return this.released();
      case 'failed':
        return [this.undone()];
    }
  }

  private start(): World[] {
    const { world, host, rules } = this;
    if (!rules.readsMarkers) return [this.serves(host.noted, world)];
    const serving = whoServes({ blue: seen(world.blue), green: seen(world.green) });
    if (serving === 'no relay was here') return [];
    if (serving === 'unknown') return rules.missing === 'is blue' ? [this.serves('blue', world)] : [];
    if (serving.undecided && rules.settlesFirst) return [this.put({ step: 'settling', side: serving.side })];
    if (!world[serving.side].answers) return [];
    return [this.serves(serving.side, rules.startWaits ? waitedFor(world, serving.side) : world)];
  }

  private serves(side: Side, world: World): World {
    const { host, rules } = this;
    const epoch = Math.max(world.blue.mark?.epoch ?? 0, world.green.mark?.epoch ?? 0);
    const copies: readonly Copy[] = [{ from: rules.copiesByMarkers ? side : host.noted, state: 'applies' }];
    return this.put({ step: 'idle', side, forwards: true, epoch, copies, noted: side }, world);
  }

  /** What the markers lack is written again, and what an attempt has left is cleared. */
  private tidied(): World[] {
    const { world, host, from, to } = this;
    const found: World[] = [];
    const here = world[from].answers && this.marked(from, 'leaving', 'serves');
    if (here) found.push(here);
    const there = world[to].answers && (this.marked(to, 'leaving', 'left') ?? this.marked(to, 'asked', 'left'));
    if (there) found.push(there);
    if (world[from].answers && world[from].mark === undefined) {
      found.push(written(world, from, { mark: { state: 'serves', epoch: host.epoch } }));
    }
    return found;
  }

  private asked(): World[] {
    const { world, host, rules, bounds, from, to } = this;
    const known = Math.max(world.blue.mark?.epoch ?? 0, world.green.mark?.epoch ?? 0, host.epoch);
    const epoch = known + (rules.epochsDiffer || host.epoch === 1 ? 1 : 0);
    const isReady = world[from].answers && world[to].answers && world[from].mark?.state === 'serves';
    if (!isReady || epoch > bounds.epochs || host.epoch >= bounds.epochs) return [];
    const runs = { blue: world.blue.run, green: world.green.run };
    return [this.put({ step: 'asked', epoch, runs }, written(world, to, { mark: { state: 'asked', epoch } }))];
  }

  private decided(): World[] {
    const { world, host, rules, bounds, to } = this;
    const { epoch, runs } = host;
    if (!this.isSame(to)) return [this.put({ step: 'failed' })];
    const changed = decide(world, { side: to, run: runs[to], epoch }, rules);
    const answered = this.put({ step: changed === undefined ? 'failed' : 'decided' }, changed ?? world);
    if (world.faults.length >= bounds.faults || world.faults.includes('no answer')) return [answered];
    const faults = [...world.faults, 'no answer'];
    return [
      answered,
      this.put({ step: 'unclear' }, { ...(changed ?? world), faults }),
      this.put({ step: 'unclear' }, { ...world, faults }),
      this.put({ step: 'unclear' }, { ...world, faults, late: { side: to, run: runs[to], epoch } }),
    ];
  }

  private madeClear(): World[] {
    const { world, host, rules, to } = this;
    if (rules.noAnswer === 'no') return [this.put({ step: 'failed' })];
    if (rules.noAnswer === 'yes') return [this.put({ step: 'safe' })];
    const { mark, answers, run } = world[to];
    if (!answers) return [];
    if (mark?.state === 'serves' && mark.epoch === host.epoch) {
      return [this.put({ step: 'decided', runs: { ...host.runs, [to]: run } })];
    }
    const givenUp = (rules.givesUpFirst && this.marked(to, 'asked', 'left')) || world;
    return [this.put({ step: 'failed' }, givenUp)];
  }

  private waited(): World[] {
    const { world, rules, to } = this;
    if (!rules.decisionIsWaitedFor) return [this.put({ step: 'safe' })];
    if (!this.isSame(to)) return world[to].answers ? [this.put({ step: 'unclear' })] : [];
    return [this.put({ step: 'safe' }, waitedFor(world, to))];
  }

  private released(): World[] {
    const { rules, to, from } = this;
    const { runs } = this.host;
    // A copy that was never halted is still there.
    const kept = rules.halts ? [] : this.host.copies.filter((copy) => copy.from === from);
    const copies: readonly Copy[] = [...kept, { from: to, state: 'applies' }];
    const released = this.put({ step: 'idle', side: to, forwards: true, noted: to, copies, runs });
    return rules.preparesFirst ? [released] : [released, this.put({ step: 'failed' })];
  }

  private undone(): World {
    const { rules, from } = this;
    const [, ...others] = this.host.copies;
    const back = rules.onlyListens ? [] : others;
    const copy: Copy = { from, state: 'applies' };
    return this.put({ step: 'idle', forwards: rules.servesAgain, copies: [copy, ...back] });
  }

  private halted(): readonly Copy[] {
    const { host, rules, from, to } = this;
    const copies: readonly Copy[] = rules.halts ? [{ from, state: 'halted' }] : host.copies;
    return rules.onlyListens ? copies : [...copies, { from: to, state: 'applies' }];
  }

  /** Each copy reads a value, and later writes what it has read. */
  private copied(): World[] {
    const { world, host } = this;
    return host.copies.flatMap((copy, at) => {
      const to = otherThan(copy.from);
      if (copy.state === 'halted' || !world[to].answers || !world[copy.from].answers) return [];
      const put = (changed: Copy, next = world) =>
        this.put({ copies: host.copies.map((other, i) => (i === at ? changed : other)) }, next);
      const { carries, ...idle } = copy;
      if (carries !== undefined) return [put(idle, written(world, to, { value: carries }))];
      return world[to].value === world[copy.from].value ? [] : [put({ ...idle, carries: world[copy.from].value })];
    });
  }

  private isDrained(): boolean {
    const { world, from, to } = this;
    return world[from].value === world[to].value && this.host.copies.every(({ carries }) => carries === undefined);
  }

  /** The server of this attempt, at the end of a connection that is as old. */
  private isSame(side: Side): boolean {
    return this.world[side].answers && this.world[side].run === this.host.runs[side];
  }

  private marked(side: Side, expected: State, state: State): World | undefined {
    const { mark } = this.world[side];
    return mark?.state === expected ? written(this.world, side, { mark: { ...mark, state } }) : undefined;
  }

  private afterwards(step: Host['step'], world: World | false | undefined): World[] {
    return world === false || world === undefined ? [] : [this.put({ step }, world)];
  }

  private put(changed: Partial<Host>, world: World = this.world): World {
    const hosts = world.hosts.map((host, at) => (at === this.index ? { ...host, ...changed } : host));
    return { ...world, hosts };
  }
}

/** What the server of a decision does where it arrives; undefined where it changes nothing. */
export function decide(
  world: World,
  { side, run, epoch }: NonNullable<World['late']>,
  rules: Rules,
): World | undefined {
  const { mark } = world[side];
  if (world[side].run !== run) return undefined;
  const isAsked = mark?.state === 'asked' && mark.epoch === epoch;
  return isAsked || !rules.decidesConditionally
    ? written(world, side, { mark: { state: 'serves', epoch } })
    : undefined;
}
