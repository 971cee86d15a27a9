import type { Problem } from '../rehearsal/aws/sdk-schemas/check-arguments';

/** Parameters that are read from the service which takes them back: their names inside are its own. */
const GIVEN_BACK = [
  'TargetTrackingScalingPolicyConfiguration',
  'StepScalingPolicyConfiguration',
  'ScalableTargetAction',
];

/** What is wrong with a task's parameters, but for what nobody can tell before it runs, and need not. */
export function real(problems: readonly Problem[]): readonly Problem[] {
  return problems.filter(({ kind, path }) => kind !== 'unchecked' || !GIVEN_BACK.includes(path));
}
