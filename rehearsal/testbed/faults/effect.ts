import { type Migration, recordsOf } from '../migration';
import { rehearsableOf } from '../rehearsable-of';
import { courseOf, type StateOnCourse } from './course';
import {
  FAULTED_ACTIONS,
  type FaultedAction,
  faultText,
  type InjectedFault,
  type RehearsedAction,
} from './injected-fault';
import { deliveriesAfter, losesASide, targetOfSome } from './kinds';

/**
 * A rehearsal with a fault that is never injected proves less than it seems to.
 *
 * @throws Error for one that has no target, or whose state no execution of this rehearsal can enter
 */
export async function assertInjectable(
  faults: readonly InjectedFault[],
  migration: Migration,
  action: RehearsedAction,
): Promise<void> {
  for (const fault of faults) assertTarget(fault, migration);
  if (faults.length === 0) return;
  // A preflight alone has no course of its own here: a fault at a state that it does not enter is reported as not injected.
  if (action === 'preflight') return;
  const started = startedActions(faults, action, migration);
  const courses = new Map<FaultedAction, readonly StateOnCourse[]>();
  for (const each of started) courses.set(each, await statesOn(migration, each));
  for (const fault of faults) {
    const { during, state } = fault;
    if (during !== undefined && !started.includes(during)) {
      throw new Error(
        `--fault: got '${faultText(fault)}'; with --action ${action} no execution of {"action": "${during}"} is started. Started are ${started.join(', ')}.`,
      );
    }
    const actions = during === undefined ? started : [during];
    const entered = actions.flatMap((each) => courses.get(each) ?? []).filter(({ name }) => name === state);
    if (entered.length === 0) {
      throw new Error(
        `--fault: got '${faultText(fault)}'; no ${actions.join(' or ')} of this migration enters '${state}'.`,
      );
    }
    const isEnd = ({ name, phase, state: { Type: type } }: StateOnCourse) =>
      name === phase && (type === 'Succeed' || type === 'Fail');
    if (entered.every(isEnd)) {
      throw new Error(
        `--fault: got '${faultText(fault)}'; the execution ends with '${state}', where nothing can go wrong any more. Name a state before it.`,
      );
    }
  }
}

function assertTarget(fault: InjectedFault, migration: Migration): void {
  const { kind } = fault;
  const target = targetOfSome(kind);
  if (target !== undefined && !(kind in rehearsableOf(migration).faults)) {
    throw new Error(`--fault: got '${faultText(fault)}'; ${kind} needs ${target}, and the migration has none.`);
  }
  if (kind === 'alarm' && migration.alarmNames.length === 0) {
    throw new Error(
      `--fault: got '${faultText(fault)}'; the migration has no alarms. State some in alarms, and synthesize.`,
    );
  }
  if (kind === 'deploy' && recordsOf(migration).length === 0) {
    throw new Error(`--fault: got '${faultText(fault)}'; the migration has no record that a deploy could write.`);
  }
}

/** What this rehearsal may start: a recovery follows what ends badly, and a rollback a side that is lost. */
function startedActions(
  faults: readonly InjectedFault[],
  action: Exclude<RehearsedAction, 'preflight'>,
  migration: Migration,
): readonly FaultedAction[] {
  const prepare = rehearsableOf(migration).isPrepared;
  const rollback = action === 'rollback' || faults.some(({ kind }) => losesASide(kind));
  const recover = faults.some(({ kind }) => deliveriesAfter(kind) !== undefined || kind !== 'throttle');
  const isStarted = { prepare, cutover: action !== 'prepare', rollback, recover };
  return FAULTED_ACTIONS.filter((each) => isStarted[each]);
}

async function statesOn({ stateMachine }: Migration, action: FaultedAction): Promise<readonly StateOnCourse[]> {
  const { smooth, rough } = await courseOf(stateMachine.definition, action);
  return [...smooth, ...rough];
}
