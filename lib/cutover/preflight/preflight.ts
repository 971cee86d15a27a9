import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { checkTopic } from '../approval/approval-topic';
import type { Phase } from '../machine/phase';
import type { MigrationSteps } from '../migration/steps';
import { ALARMS_MISSING, alarmsMissing, readAlarms } from '../monitoring/alarms-check';
import { expression } from '../states/expression';
import { inOrder } from '../states/in-order';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';

/** What is against it, as JSONata, and how that is said. */
export type Objection = readonly [string, Fail];

/** `look` assigns `$found`, what the agent found, and `$unready`, and outputs `{"alarms": []}`. */
export function preflightOf(
  { scope, alarms, workloads, checks, approval }: MigrationSteps,
  look: IChainable,
  objections: readonly Objection[] = [],
): Phase {
  const errors = Fail.jsonata(scope, 'The preflight found errors', {
    error: 'PreflightFailed',
    cause: expression(`$join($found.findings[severity = 'error'].(id & ': ' & message & ' ' & remedy), ' | ')`),
  });
  const unready = Fail.jsonata(scope, 'Some workloads cannot be stopped', {
    error: 'WorkloadsNotReady',
    cause: expression(`$join($unready, ' | ') & ' -- Nothing was stopped.'`),
  });
  const alarmed = Fail.jsonata(scope, 'An alarm is already on', {
    error: 'AlarmsOn',
    cause: expression(
      jsonata`
        'In ALARM already: ' & $join($states.input.alarms, ', ')
        & '. They would send clients back at once: mend that first.'
      `,
    ),
  });
  const missing = Fail.jsonata(
    scope,
    'Some alarms do not exist',
    alarmsMissing('. Name others in alarms, or leave them out.'),
  );
  const judge = Choice.jsonata(scope, 'Did the preflight find errors?');
  for (const [condition, fail] of objections) judge.when(is(condition), fail);
  judge
    .when(is('$found.errors > 0'), errors)
    .when(is('$count($unready) > 0'), unready)
    .when(is(ALARMS_MISSING), missing)
    .when(is('$count($states.input.alarms) > 0'), alarmed)
    // Last of all: what an application says of a blue that is not ready anyway would be a second message of one fault.
    .otherwise(
      checks.preflight((results) =>
        Pass.jsonata(scope, 'The preflight found no errors', {
          outputs: expression(results === '[]' ? '$found' : `$merge([$found, {'checks': ${results}}])`),
        }),
      ),
    );
  return {
    name: 'Preflight',
    purpose: 'Finds what would go wrong, with a remedy for each finding. Changes nothing.',
    role: 'preflight',
    forward: inOrder(
      approval === undefined ? look : inOrder(checkTopic(scope, approval), look),
      ...workloads.preflight(),
      ...(alarms.length > 0 ? [readAlarms(scope, 'Are all alarms OK?', alarms)] : []),
      judge,
    ),
  };
}
