import type { Clock } from '../../aws/clock';
import { ScriptedStateMachines } from '../../aws/integration/scripted-state-machines';
import type { StateMachineRunner } from '../../aws/sfn/executions';
import type { CheckAnswers } from './check-answers';
import type { ListedCheck } from './listed-checks';

/** State machines of the user's own that look whether all is well. */
export function checkStateMachines(
  checks: readonly ListedCheck[],
  answers: CheckAnswers,
  clock: Clock,
): StateMachineRunner {
  const arns = new Set(
    checks.filter(({ type }) => type === 'stateMachine').map(({ facts }) => String(facts.stateMachine)),
  );
  const machines = [...arns].map((arn) => ({
    arn,
    run: (input: unknown, signal: AbortSignal) => answers.of(String((input as { check?: string }).check), signal),
  }));
  return new ScriptedStateMachines(clock, machines);
}
