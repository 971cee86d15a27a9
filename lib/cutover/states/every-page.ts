import { Chain, Choice, type IChainable, type INextable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { type AwsCallProps, awsCall } from './aws-call';
import { expression } from './expression';
import { is } from './is';

export interface EveryPageProps
  extends Omit<AwsCallProps, 'parameters' | 'parametersFrom' | 'assign' | 'outputs' | 'integrationPattern'> {
  /** JSONata object: the parameters of every call, with the size of a page. */
  readonly parameters: string;
  /** The variable that has all of it afterwards. A second one, of the same name with `Page`, holds the token. */
  readonly into: string;
  /** Goes on with what an earlier list has put into the variable. @default - the variable is empty before the first page */
  readonly after?: boolean;
  /** JSONata over the variable and one answer: what the variable is with that page. Keep little of each item. */
  readonly kept: string;
  /** JSONata over the variable: true where what follows needs no more of it. @default - all pages are read */
  readonly enough?: string;
  /** What the last page lets one know. @default - nothing but the variable */
  readonly assign?: Record<string, unknown>;
  /** What comes out of it. @default {} */
  readonly outputs?: unknown;
  /** The member of an answer that says where the next page begins. @default 'NextToken' */
  readonly next?: string;
  /** The member of a request that says where it begins. @default - the answer's */
  readonly from?: string;
}

/** No service gives an empty token. */
const NO_TOKEN = `''`;

/**
 * Reads a list that an account can make long, page by page. An answer of more than 256 KiB ends an execution, and no
 * Catch sees it: so that a page is as small as its largest items want it.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 */
export function everyPage(scope: Construct, name: string, props: EveryPageProps): IChainable {
  const {
    parameters,
    into,
    after = false,
    kept,
    enough,
    assign,
    outputs,
    next = 'NextToken',
    from = next,
    ...call
  } = props;
  const token = `${into}Page`;
  const read = awsCall(scope, name, {
    ...call,
    parameters: {},
    parametersFrom: `$merge([${parameters}, $${token} = ${NO_TOKEN} ? {} : {'${from}': $${token}}])`,
    assign: {
      [into]: expression(kept),
      [token]: expression(`$exists($states.result.${next}) ? $states.result.${next} : ${NO_TOKEN}`),
    },
    outputs: {},
  });
  const more = Choice.jsonata(scope, `${name}: another page?`, {
    ...(assign !== undefined && { assign }),
    ...(outputs !== undefined && { outputs }),
  }).when(is(`$${token} != ${NO_TOKEN}${enough === undefined ? '' : ` and $not(${enough})`}`), read);
  // An execution has 25,000 events, and a state that does nothing two of them.
  const end: INextable = {
    next: (state) => {
      more.otherwise(state.startState);
      return Chain.start(state);
    },
  };
  read.next(more);
  if (after) return { id: read.id, startState: read, endStates: [end] };
  const start = Pass.jsonata(scope, `${name}: from the first page`, {
    assign: { [into]: [], [token]: expression(NO_TOKEN) },
    outputs: {},
  });
  start.next(read);
  return { id: start.id, startState: start, endStates: [end] };
}
