import { Chain, type IChainable, type INextable } from 'aws-cdk-lib/aws-stepfunctions';

/** One chain after another; each begins where all ends of the one before lead. */
export function inOrder(...steps: [IChainable, ...IChainable[]]): Chain {
  let ends: INextable[] = steps[0].endStates;
  let last: IChainable = steps[0];
  for (const step of steps.slice(1)) {
    for (const end of ends) end.next(step.startState);
    ends = step.endStates;
    last = step;
  }
  return Chain.custom(steps[0].startState, ends, last);
}
