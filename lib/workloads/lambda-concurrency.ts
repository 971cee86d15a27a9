import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Choice, type IChainable } from 'aws-cdk-lib/aws-stepfunctions';
import { awsCall } from '../cutover/states/aws-call';
import { everyPage } from '../cutover/states/every-page';
import { expression, literal } from '../cutover/states/expression';
import { inOrder } from '../cutover/states/in-order';
import { is } from '../cutover/states/is';
import { jsonata } from '../cutover/states/jsonata';
import { assertStated } from '../cutover/validations/stated';
import { type InvokedFacts, invocationsEnd } from './invocations-end';
import { refuseUnless } from './refuse-unless';
import { settingKind } from './setting-workload';
import type { IWorkload, KindStates, WorkloadKind, WorkloadProps } from './workload-kind';
import { workloadOfKind } from './workload-of-kind';

/** Properties of a Lambda function that may not run during the switch. */
export interface LambdaConcurrencyWorkloadProps extends WorkloadProps {
  /**
   * The function. Anyone who invokes it meanwhile is throttled: asynchronous invocations are tried again by Lambda for up
   * to six hours, synchronous ones fail. Event source mappings would go on polling, and each batch that is throttled counts
   * as a try, until messages are in the dead-letter queue: list each as a workload of its own, and name it in `after`.
   */
  readonly function: IFunction;
}

interface LambdaConcurrencyFacts extends Required<InvokedFacts> {
  readonly function: string;
}

type States = KindStates<LambdaConcurrencyFacts>;

export function lambdaConcurrency(props: LambdaConcurrencyWorkloadProps): IWorkload {
  assertStated('LambdaConcurrencyWorkloadProps', props, { function: 'the function that is stopped' });
  const { function: handler } = props;
  return workloadOfKind(LAMBDA_CONCURRENCY, handler.node.id, props, {
    function: handler.functionName,
    functionArn: handler.functionArn,
  });
}

const NONE = `{'reserved': 'none'}`;

/** Reserved concurrency 0, and back to what was reserved; a function that shared the account's gives it up again. */
const RESERVED = settingKind<LambdaConcurrencyFacts>({
  id: 'lambdaConcurrency',
  name: 'Lambda function',
  read: ({ scope, all }, name, reading) =>
    awsCall(scope, name, {
      call: 'lambda:getFunctionConcurrency',
      parameters: { FunctionName: expression('$facts.function') },
      iamAction: 'lambda:GetFunctionConcurrency',
      resources: all.map(({ functionArn }) => functionArn),
      ...reading,
    }),
  value: () =>
    jsonata`
      ($reserved := $states.result.ReservedConcurrentExecutions; $exists($reserved) ? {'reserved': $reserved}
      : ${NONE})
    `,
  stopped: `{'reserved': 0}`,
  stop: (states, name) => reserve(states, `${name}: let none run`, 0),
  quiet: invocationsEnd,
  restore: (states, name) => {
    const { scope, all } = states;
    const again = reserve(states, `${name}: reserve as before`, expression('$recorded.reserved'));
    const release = awsCall(scope, `${name}: reserve none`, {
      call: 'lambda:deleteFunctionConcurrency',
      parameters: { FunctionName: expression('$facts.function') },
      iamAction: 'lambda:DeleteFunctionConcurrency',
      resources: all.map(({ functionArn }) => functionArn),
      outputs: {},
    });
    const choice = Choice.jsonata(scope, `${name}: was any reserved?`)
      .when(is(`$recorded = ${NONE}`), release)
      .otherwise(again);
    return { id: choice.id, startState: choice, endStates: [again, release] };
  },
});

const LAMBDA_CONCURRENCY: WorkloadKind<LambdaConcurrencyFacts> = {
  ...RESERVED,

  survey(states) {
    return inOrder(nothingPolls(states), RESERVED.survey(states));
  },
};

/**
 * What polls for the function in spite of the throttling would use up its messages' tries. Mappings of a version or an
 * alias are listed by that alone, and are not seen.
 *
 * @see docs/aws-facts.md#lambda-throttled-batches
 */
function nothingPolls({ scope, prefix }: States): IChainable {
  const list = everyPage(scope, `${prefix}: what polls for it?`, {
    call: 'lambda:listEventSourceMappings',
    // With five filters of 4 KB each, a mapping has 21 KB. @see docs/aws-facts.md#sfn-answer-limit
    parameters: `{'FunctionName': $facts.function, 'MaxItems': 10}`,
    into: 'pollers',
    kept: `[$append($pollers, $states.result.EventSourceMappings[$not(State in ['Disabled', 'Deleting'])].Uuid)]`,
    next: 'NextMarker',
    from: 'Marker',
    iamAction: 'lambda:ListEventSourceMappings',
    resources: ['*'],
    wildcard: 'ListEventSourceMappings knows no resources.',
  });
  const stopped = jsonata`
    ($own := $workloads[kind = ${literal(RESERVED.name)} and facts.function = $facts.function][0];
    [$workloads[kind = 'event source mapping' and stage < $own.stage].facts.uuid])
  `;
  return inOrder(
    list,
    refuseUnless(
      scope,
      `${prefix}: are they stopped before it?`,
      `($stopped := ${stopped}; $count($pollers[$not($ in $stopped)]) = 0)`,
      jsonata`
        ($stopped := ${stopped}; 'The event source mapping ' & $join($pollers[$not($ in $stopped)], ', ')
        & ' would go on polling for ' & $facts.function
        & ', and the tries of each message would be used up while nothing runs. List it as an eventSourceMapping in
        workloads, and its name in after of this one.')
      `,
    ),
  );
}

function reserve({ scope, all }: States, name: string, executions: number | string) {
  return awsCall(scope, name, {
    call: 'lambda:putFunctionConcurrency',
    parameters: { FunctionName: expression('$facts.function'), ReservedConcurrentExecutions: executions },
    iamAction: 'lambda:PutFunctionConcurrency',
    resources: all.map(({ functionArn }) => functionArn),
    outputs: {},
  });
}
