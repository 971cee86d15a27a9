import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { WorkloadKind as KindName } from '../../contract/manifest';
import { expression } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { refuseUnless } from './refuse-unless';
import { until } from './until';
import type { KindStates, WorkloadKind } from './workload-kind';

/** Where a state's answer goes. */
export interface Reading {
  readonly assign: Record<string, unknown>;
  readonly outputs: unknown;
}

export interface SettingProps<Facts extends object> {
  readonly id: KindName;
  /** As people call a workload of the kind. */
  readonly name: string;
  /** Asks how the setting is. */
  readonly read: (states: KindStates<Facts>, name: string, reading: Reading) => IChainable;
  /** JSONata object over the answer, `$states.result`, or what the reading has kept of it: the setting as it is recorded and compared. */
  readonly value: (states: KindStates<Facts>) => string;
  /** JSONata object: the setting while it is stopped. */
  readonly stopped: string;
  /** JSONata object: the setting while it is being stopped, e.g. of an execution that was aborted then. @default - the same */
  readonly stopping?: string;
  /** What of the setting must be so to stop it and put it back: JSONata over `$now`, and JSONata text of what is the matter. */
  readonly ready?: { readonly holds: string; readonly otherwise: string };
  readonly stop: (states: KindStates<Facts>, name: string) => IChainable;
  /** What a changed setting does not prove: that what had begun has ended. */
  readonly quiet?: (states: KindStates<Facts>, name: string) => IChainable;
  /** Writes `$recorded`, whatever it is. */
  readonly restore: (states: KindStates<Facts>, name: string) => IChainable;
}

const SETTLE_LIMIT = Duration.minutes(10);

/** A kind whose workloads are stopped by one setting, which is read, changed, and written back as it was. */
export function settingKind<Facts extends object>(props: SettingProps<Facts>): WorkloadKind<Facts> {
  const { id, name, stopped, stopping = stopped, ready } = props;
  const read = (states: KindStates<Facts>, asking: string) =>
    props.read(states, asking, { assign: { now: expression(props.value(states)) }, outputs: {} });
  const becomes = (states: KindStates<Facts>, asking: string, value: string) =>
    until(states, asking, {
      ask: (question) => read(states, question),
      waiting: `$not($now = ${value})`,
      limit: SETTLE_LIMIT,
      tooLate: jsonata`
        'The ${name} should be ' & $string(${value}) & ' and is ' & $string($now)
        & ', ${SETTLE_LIMIT.toHumanString()} after it was changed.'
      `,
    });

  return {
    id,
    name,

    survey(states) {
      const { scope, prefix } = states;
      const found = Pass.jsonata(scope, `${prefix}: found`, { outputs: expression('$now') });
      if (ready === undefined) return inOrder(read(states, prefix), found);
      return inOrder(
        read(states, prefix),
        refuseUnless(scope, `${prefix}: can it be stopped?`, ready.holds, ready.otherwise),
        found,
      );
    },

    quiesce(states) {
      const { scope, prefix } = states;
      const already = Pass.jsonata(scope, `${prefix}: it was already`, { outputs: {} });
      const steps: [IChainable, ...IChainable[]] = [
        props.stop(states, prefix),
        becomes(states, `${prefix}: wait until it has stopped`, stopped),
      ];
      if (props.quiet !== undefined) steps.push(props.quiet(states, `${prefix}: wait for its runs`));
      const stop = inOrder(...steps);
      const choice = Choice.jsonata(scope, `${prefix}: is it stopped already?`)
        .when(is(`$recorded = ${stopped}`), already)
        .otherwise(stop);
      return { id: choice.id, startState: choice, endStates: [...stop.endStates, already] };
    },

    resume(states) {
      const { scope, prefix } = states;
      const restore = inOrder(
        props.restore(states, prefix),
        becomes(states, `${prefix}: wait until it is as before`, '$recorded'),
      );
      const done = Pass.jsonata(scope, `${prefix}: done`, { outputs: expression('$meanwhile') });
      const look = props.read(states, `${prefix}: how is it now?`, {
        assign: {
          now: expression(props.value(states)),
          meanwhile: expression(
            jsonata`
              ($present := ${props.value(states)}; $present = $recorded or $present = ${stopped}
              or $present = ${stopping} ? {} : {'meanwhile': 'was set to ' & $string($present) & ' meanwhile; it is '
              & $string($recorded) & ' again'})
            `,
          ),
        },
        outputs: {},
      });
      const choice = Choice.jsonata(scope, `${prefix}: is it as it was?`)
        .when(is('$now = $recorded'), done)
        .otherwise(restore);
      for (const end of restore.endStates) end.next(done);
      for (const end of look.endStates) end.next(choice);
      return { id: look.id, startState: look.startState, endStates: [done] };
    },
  };
}
