import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Choice, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/aws-call';
import { expression } from '../cutover/expression';
import { inOrder } from '../cutover/in-order';
import { is } from '../cutover/is';
import type { IWorkload, KindStates, WorkloadProps } from '../cutover/workload';
import { settingKind } from './setting';
import { workloadOfKind } from './workload-of-kind';

/** Properties of a Lambda function that may not run during the switch. */
export interface LambdaConcurrencyWorkloadProps extends WorkloadProps {
  /**
   * The function. Whoever invokes it meanwhile is throttled: asynchronous invocations are tried again by Lambda for up
   * to six hours, synchronous ones fail.
   */
  readonly function: IFunction;
}

interface LambdaConcurrencyFacts {
  readonly function: string;
  readonly arn: string;
}

type States = KindStates<LambdaConcurrencyFacts>;

export function lambdaConcurrency(props: LambdaConcurrencyWorkloadProps): IWorkload {
  const { function: handler } = props;
  return workloadOfKind(LAMBDA_CONCURRENCY, handler.node.id, props, {
    function: handler.functionName,
    arn: handler.functionArn,
  });
}

const NONE = `{'reserved': 'none'}`;

/** Reserved concurrency 0, and back to what was reserved; a function that shared the account's gives it up again. */
const LAMBDA_CONCURRENCY = settingKind<LambdaConcurrencyFacts>({
  name: 'Lambda function',
  read: ({ scope, all }, name, reading) =>
    awsCall(scope, name, {
      call: 'lambda:getFunctionConcurrency',
      parameters: { FunctionName: expression('$facts.function') },
      iamAction: 'lambda:GetFunctionConcurrency',
      resources: all.map(({ arn }) => arn),
      ...reading,
    }),
  value: () =>
    `($reserved := $states.result.ReservedConcurrentExecutions; $exists($reserved) ? {'reserved': $reserved} : ${NONE})`,
  stopped: `{'reserved': 0}`,
  stop: (states, name) => reserve(states, `${name}: let none run`, 0),
  quiet: runningEnds,
  restore: (states, name) => {
    const { scope, all } = states;
    const again = reserve(states, `${name}: reserve as before`, expression('$recorded.reserved'));
    const release = awsCall(scope, `${name}: reserve none`, {
      call: 'lambda:deleteFunctionConcurrency',
      parameters: { FunctionName: expression('$facts.function') },
      iamAction: 'lambda:DeleteFunctionConcurrency',
      resources: all.map(({ arn }) => arn),
      outputs: {},
    });
    const choice = Choice.jsonata(scope, `${name}: was any reserved?`)
      .when(is(`$recorded = ${NONE}`), release)
      .otherwise(again);
    return { id: choice.id, startState: choice, endStates: [again, release] };
  },
});

function reserve({ scope, all }: States, name: string, executions: number | string) {
  return awsCall(scope, name, {
    call: 'lambda:putFunctionConcurrency',
    parameters: { FunctionName: expression('$facts.function'), ReservedConcurrentExecutions: executions },
    iamAction: 'lambda:PutFunctionConcurrency',
    resources: all.map(({ arn }) => arn),
    outputs: {},
  });
}

/** Nothing tells at once whether an invocation still runs; but its function's time-out ends it. */
function runningEnds({ scope, all }: States, name: string) {
  const ask = awsCall(scope, `${name}: how long may it run?`, {
    call: 'lambda:getFunctionConfiguration',
    parameters: { FunctionName: expression('$facts.function') },
    iamAction: 'lambda:GetFunctionConfiguration',
    resources: all.map(({ arn }) => arn),
    outputs: expression(`{'timeout': $states.result.Timeout}`),
  });
  const wait = Wait.jsonata(scope, `${name}: wait`, { time: WaitTime.seconds(expression('$states.input.timeout')) });
  return inOrder(ask, wait);
}
