import { type Seen, whoServes } from '../../../../../../agent/redis/relay/switch/who-serves';
import type { Side } from '../../../../../../contract/common';

export type State = 'serves' | 'leaving' | 'asked' | 'left';
export interface Mark {
  readonly state: State;
  readonly epoch: number;
}

interface Content {
  /** How many increments it has. */
  readonly value: number;
  readonly mark: Mark | undefined;
}

export interface Server extends Content {
  /** What a failover that loses the last write leaves. */
  readonly replica: Content;
  /** Counts failovers: its `run_id`. */
  readonly run: number;
  readonly answers: boolean;
}

/** Where the runbook of a host stands: what it has done last. */
export type Step =
  | 'down'
  | 'starting'
  | 'settling'
  | 'idle'
  | 'asked'
  | 'announced'
  | 'leaving'
  | 'noted'
  | 'closed'
  | 'held'
  | 'alone'
  | 'drained'
  | 'halted'
  | 'prepared'
  | 'unclear'
  | 'decided'
  | 'safe'
  | 'failed';

export interface Copy {
  readonly from: Side;
  readonly state: 'applies' | 'halted';
  /** What was read and is not written yet. */
  readonly carries?: number;
}

export interface Host {
  readonly step: Step;
  /** The side that it takes for the one that serves. */
  readonly side: Side;
  /** Commands are forwarded to that side. */
  readonly forwards: boolean;
  readonly epoch: number;
  /** The servers of its attempt. */
  readonly runs: Readonly<Record<Side, number>>;
  readonly copies: readonly Copy[];
  /** What outlives it: which side it last took for the one that serves. */
  readonly noted: Side;
  readonly isShutOut: boolean;
}

export interface World {
  readonly blue: Server;
  readonly green: Server;
  readonly hosts: readonly Host[];
  /** Increments that were acknowledged. */
  readonly acknowledged: number;
  /** Where the last was. */
  readonly by: Side;
  readonly ingress: 'open' | 'closed';
  /** A client of blue that goes round the relay. */
  readonly direct: 'never came' | 'connected' | 'gone';
  /** A decision that is on its way, though nobody waits for it. */
  readonly late?: { readonly side: Side; readonly run: number; readonly epoch: number };
  /** Kinds of faults that have happened: each happens once. */
  readonly faults: readonly string[];
}

/** How far it is explored. */
export interface Bounds {
  /** Faults in one world, each of its own kind. */
  readonly faults: number;
  /** The first is where clients are; each attempt takes one. */
  readonly epochs: number;
}

export const SIDES: readonly Side[] = ['blue', 'green'];
export const otherThan = (side: Side): Side => (side === 'blue' ? 'green' : 'blue');

export function firstWorld(): World {
  const server = (mark: Mark): Server => {
    const content: Content = { value: 0, mark };
    return { ...content, replica: content, run: 0, answers: true };
  };
  return {
    blue: server({ state: 'serves', epoch: 1 }),
    green: server({ state: 'left', epoch: 1 }),
    hosts: [
      {
        step: 'idle',
        side: 'blue',
        forwards: true,
        epoch: 1,
        runs: { blue: 0, green: 0 },
        copies: [{ from: 'blue', state: 'applies' }],
        noted: 'blue',
        isShutOut: false,
      },
    ],
    acknowledged: 0,
    by: 'blue',
    ingress: 'open',
    direct: 'never came',
    faults: [],
  };
}

/** One write: until it is waited for, a failover may lose it. */
export function written(world: World, side: Side, change: Partial<Content>): World {
  const { value, mark } = world[side];
  return { ...world, [side]: { ...world[side], replica: { value, mark }, ...change } };
}

/** `WAIT` has counted all replicas. */
export function waitedFor(world: World, side: Side): World {
  const { value, mark } = world[side];
  return { ...world, [side]: { ...world[side], replica: { value, mark } } };
}

export function seen({ mark, answers }: Server): Seen {
  if (!answers) return 'no answer';
  return mark ?? 'missing';
}

/** Who serves, were both sides to answer. */
export function served({ blue, green }: World) {
  return whoServes({ blue: blue.mark ?? 'missing', green: green.mark ?? 'missing' });
}

/** An increment by a client that is connected to a side. */
export function incremented(world: World, side: Side): World {
  const value = world[side].value + 1;
  return { ...written(world, side, { value }), acknowledged: value, by: side };
}

/** What must never be, in words; and nothing where all is well. */
export function wrong(world: World): string | undefined {
  const sides = new Set(world.hosts.filter(isForwarding).map(({ side }) => side));
  if (world.direct === 'connected') sides.add('blue');
  if (sides.size > 1) return 'both sides are writable';
  const lost = [...sides].find((side) => world[side].value < world.acknowledged);
  return lost === undefined ? undefined : `${lost} serves and lacks an acknowledged write`;
}

export function isForwarding({ forwards, isShutOut }: Host): boolean {
  return forwards && !isShutOut;
}

/** A world as a text: equal worlds have equal texts. */
export function keyOf(world: World): string {
  const server = ({ value, mark, replica, run, answers }: Server) =>
    `${value}${markOf(mark)}${replica.value}${markOf(replica.mark)}${run}${answers ? 'y' : 'n'}`;
  const host = ({ step, side, forwards, epoch, runs, copies, noted, isShutOut }: Host) =>
    `${step}${side}${forwards ? 'y' : 'n'}${epoch}${runs.blue}${runs.green}${copies.map(copyOf)}${noted}${isShutOut ? 'y' : 'n'}`;
  const { late } = world;
  const around = `${world.acknowledged}${world.by}${world.ingress}${world.direct}${late ? `${late.side}${late.run}${late.epoch}` : ''}`;
  return `${server(world.blue)}|${server(world.green)}|${world.hosts.map(host).join('|')}|${around}|${world.faults}`;
}

const markOf = (mark: Mark | undefined) => (mark === undefined ? '-' : `${mark.state}${mark.epoch}`);
const copyOf = ({ from, state, carries }: Copy) => `${from}${state}${carries ?? ''}`;
