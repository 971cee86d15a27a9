import type { Side } from '../../../../../../contract/common';
import { decide, HostSteps } from './host';
import { RULES, type Rules } from './rules';
import {
  type Bounds,
  firstWorld,
  incremented,
  isForwarding,
  keyOf,
  type Server,
  SIDES,
  served,
  type World,
  wrong,
} from './world';

const MAX_WRITES = 2;

export interface Explored {
  readonly states: number;
  /** The first fault, with the worlds that lead to it. */
  readonly fault?: { readonly what: string; readonly path: readonly World[] };
}

interface Visit {
  readonly world: World;
  readonly after: Visit | undefined;
}

/** Every world that can be come to, each once, nearest first; up to the first that is wrong. */
export function explore(bounds: Bounds, mutant: Partial<Rules> = {}): Explored {
  const rules = { ...RULES, ...mutant };
  const known = new Set([keyOf(firstWorld())]);
  let visits: Visit[] = [{ world: firstWorld(), after: undefined }];
  while (visits.length > 0) {
    const next: Visit[] = [];
    for (const visit of visits) {
      const { world } = visit;
      const steps = stepsOf(world, rules, bounds);
      const what = wrong(world) ?? (steps.length === 0 ? heldAtTheEnd(world) : undefined);
      if (what !== undefined) return { states: known.size, fault: { what, path: pathTo(visit) } };
      for (const come of [...steps, ...faultsOf(world, rules, bounds)]) {
        const size = known.size;
        if (known.add(keyOf(come)).size > size) next.push({ world: come, after: visit });
      }
    }
    visits = next;
  }
  return { states: known.size };
}

function pathTo(visit: Visit): World[] {
  const path: World[] = [];
  for (let at: Visit | undefined = visit; at !== undefined; at = at.after) path.unshift(at.world);
  return path;
}

/** What happens without a fault. */
function stepsOf(world: World, rules: Rules, bounds: Bounds): World[] {
  return [
    ...world.hosts.flatMap((_, index) => new HostSteps(world, index, rules, bounds).next()),
    ...clients(world),
    ...(world.late === undefined ? [] : [arrived(world, world.late, rules)]),
    ...SIDES.filter((side) => !world[side].answers).map((side) => withServer(world, side, { answers: true })),
  ];
}

/** Nothing goes on, and nobody is served: only where a marker was evicted may it be that nobody can tell who is to serve. */
function heldAtTheEnd(world: World): string | undefined {
  if (world.hosts.some(isForwarding)) return undefined;
  const isKnown = typeof served(world) === 'object';
  const isEvicted = world.faults.some((fault) => fault.startsWith('evicted'));
  return isKnown || !isEvicted ? 'clients are held, and nobody goes on' : undefined;
}

function clients(world: World): World[] {
  const found: World[] = [];
  if (world.acknowledged < MAX_WRITES) {
    for (const { side } of world.hosts.filter(isForwarding)) {
      if (world[side].answers) found.push(incremented(world, side));
    }
    if (world.direct === 'connected') found.push(incremented(world, 'blue'));
  }
  if (world.direct === 'connected') found.push({ ...world, direct: 'gone' });
  return found;
}

function arrived({ late: _, ...world }: World, late: NonNullable<World['late']>, rules: Rules): World {
  return decide(world, late, rules) ?? world;
}

function faultsOf(world: World, rules: Rules, bounds: Bounds): World[] {
  if (world.faults.length >= bounds.faults) return [];
  const found: World[] = [];
  const fault = (name: string, next: World) => {
    if (!world.faults.includes(name)) found.push({ ...next, faults: [...world.faults, name].sort() });
  };
  for (const side of SIDES) {
    fault(`failover of ${side}`, failedOver(world, side));
    fault(`no answer of ${side}`, withServer(world, side, { answers: false }));
    fault(
      `evicted on ${side}`,
      withServer(world, side, { mark: undefined, replica: { ...world[side].replica, mark: undefined } }),
    );
  }
  if (world.ingress === 'open' && world.direct === 'never came') fault('direct', { ...world, direct: 'connected' });
  const [host, ...others] = world.hosts;
  if (host === undefined || others.length > 0) return found;
  if (host.step !== 'down')
    fault('crash', { ...world, hosts: [{ ...host, step: 'down', forwards: false, copies: [] }] });
  fault('replaced', replaced(world, rules));
  return found;
}

/** Its last write is lost unless it was waited for. What the server loses that acknowledged it, no relay can keep. */
function failedOver(world: World, side: Side): World {
  const { replica, run } = world[side];
  const next = withServer(world, side, { ...replica, run: run + 1 });
  return world.by === side ? { ...next, acknowledged: Math.min(world.acknowledged, replica.value) } : next;
}

/** Another host starts, and the first may be alive. */
function replaced(world: World, rules: Rules): World {
  const hosts = world.hosts.map((host) => ({ ...host, isShutOut: rules.shutsOut }));
  const [first] = hosts;
  if (first === undefined) return world;
  const { late, ...rest } = world;
  const next = { ...first, step: 'starting', forwards: false, copies: [], isShutOut: false, noted: 'blue' } as const;
  return { ...rest, ...(rules.shutsOut || late === undefined ? {} : { late }), hosts: [...hosts, next] };
}

function withServer(world: World, side: Side, change: Partial<Server>): World {
  return { ...world, [side]: { ...world[side], ...change } };
}
