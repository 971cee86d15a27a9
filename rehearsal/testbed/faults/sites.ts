import type { PhaseRole } from '../../../contract/manifest';
import type { JsonObject } from '../../assembly';
import { type Migration, recordsOf } from '../migration';
import { partsOfPhases } from '../parts-of-phases';
import type { Window } from '../rehearsable';
import { rehearsableOf } from '../rehearsable-of';
import { type Course, courseOf, type StateOnCourse } from './course';
import { callsService, FAULTED_ACTIONS, type FaultedAction } from './injected-fault';
import type { FaultKind } from './kinds';

/** A state at which faults can be injected, and which. */
export interface FaultSite {
  readonly state: string;
  /** The state of the machine itself that it is or lies in. */
  readonly phase: string;
  /** What that phase is for; absent where it is none. */
  readonly role?: PhaseRole | undefined;
  readonly kinds: readonly FaultKind[];
}

/** Of one action: `smooth` is entered where nothing goes wrong before, `rough` only after something did. */
export interface FaultSites {
  readonly smooth: readonly FaultSite[];
  readonly rough: readonly FaultSite[];
}

/** Where each fault can take effect, as the definition itself says. */
export async function faultSites(migration: Migration): Promise<Readonly<Record<FaultedAction, FaultSites>>> {
  const { definition } = migration.stateMachine;
  const found = {} as Record<FaultedAction, FaultSites>;
  for (const action of FAULTED_ACTIONS) found[action] = sitesOf(migration, action, await courseOf(definition, action));
  return found;
}

interface Context {
  readonly migration: Migration;
  readonly action: FaultedAction;
  /** By name, in the order in which they are entered where nothing goes wrong. */
  readonly phases: ReadonlyMap<string, PhaseRole | undefined>;
  /** Phases that look at alarms, and take clients back for one. */
  readonly watching: ReadonlySet<string>;
  /** Phases that try queries on the new side. */
  readonly trying: ReadonlySet<string>;
}

function sitesOf(migration: Migration, action: FaultedAction, { smooth, rough }: Course): FaultSites {
  const phasesOf = (states: readonly StateOnCourse[]) => new Set(states.map(({ phase }) => phase));
  const parts = partsOfPhases(migration.manifest);
  const roleOf = (name: string) => (parts.get(name)?.part === 'own' ? parts.get(name)?.role : undefined);
  const context: Context = {
    migration,
    action,
    phases: new Map(
      smooth
        .filter(({ name, phase, state }) => name === phase && state.Type === 'Parallel')
        .map(({ name }) => [name, roleOf(name)]),
    ),
    watching: phasesOf(smooth.filter(({ state, phase }) => looksAtAlarms(state) && roleOf(phase) !== 'preflight')),
    trying: phasesOf(smooth.filter(({ state }) => /\.smoke$/.test(verbOf(state)))),
  };
  const { faults, faultsOfPrepare = [] } = rehearsableOf(migration);
  const own = Object.entries(faults).flatMap(([kind, window]): FaultRule[] =>
    window === undefined ? [] : [[kind as FaultKind, all(during('cutover'), between(window))]],
  );
  const ofPrepare = faultsOfPrepare.map((kind): FaultRule => [kind, all(during('prepare'), withinRole('prepare'))]);
  const rules = [...RULES, ...own, ...ofPrepare];
  const siteOf = (each: StateOnCourse): FaultSite => ({
    state: each.name,
    phase: each.phase,
    role: roleOf(each.phase),
    kinds: [...new Set(rules.filter(([, canInject]) => canInject(each, context)).map(([kind]) => kind))],
  });
  // What comes with the last state comes too late.
  const sites = (states: readonly StateOnCourse[]) => states.filter(({ state }) => !isLast(state)).map(siteOf);
  return { smooth: sites(smooth), rough: sites(rough) };
}

type Rule = (state: StateOnCourse, context: Context) => boolean;

const all =
  (...rules: readonly Rule[]): Rule =>
  (state, context) =>
    rules.every((rule) => rule(state, context));

const anywhere: Rule = () => true;
const atCalls: Rule = ({ state }) => callsService(state);
const within: Rule = ({ phase }, { phases }) => phases.has(phase);
const withinRole =
  (role: PhaseRole): Rule =>
  ({ phase }, { phases }) =>
    phases.get(phase) === role;
const hasRecords: Rule = (_, { migration }) => recordsOf(migration).length > 0;
const during =
  (...actions: readonly FaultedAction[]): Rule =>
  (_, { action }) =>
    actions.includes(action);

const between =
  (window: Window): Rule =>
  ({ phase }, { phases }) => {
    const roles = [...phases.values()];
    const at = [...phases.keys()].indexOf(phase);
    const from = roles.indexOf('from' in window ? window.from : window.after);
    const to = roles.indexOf(window.to);
    const isIn = 'from' in window ? from <= at : from < at;
    return from >= 0 && isIn && at >= 0 && (to < 0 || at <= to);
  };

type FaultRule = readonly [FaultKind, Rule];

/** Of faults of any migration, and of those for which the definition itself says where. */
const RULES: readonly FaultRule[] = [
  ['throttle', atCalls],
  ['denied', atCalls],
  ['lost-answer', atCalls],
  ['abort', anywhere],
  ['abort-unheard', anywhere],
  ['abort-doubled', anywhere],
  ['second-execution', anywhere],
  ['early-recover', anywhere],
  ['deploy', all(anywhere, hasRecords)],
  ['alarm', all(during('cutover'), ({ phase }, { watching }) => watching.has(phase))],
  ['kill-agent', within],
  ['hang-agent', within],
  ['replace-host', within],
  ['kill-blue', all(during('cutover'), between({ from: 'resume', to: 'watch' }))],
  ['crash-green', all(during('cutover'), ({ phase }, { trying }) => trying.has(phase))],
];

function isLast({ Type: type }: JsonObject): boolean {
  return type === 'Succeed' || type === 'Fail';
}

function looksAtAlarms({ Resource: resource }: JsonObject): boolean {
  return String(resource).endsWith(':cloudwatch:describeAlarms');
}

function verbOf({ Arguments: given }: JsonObject): string {
  return typeof given === 'object' && given !== null && 'verb' in given ? String(given.verb) : '';
}
