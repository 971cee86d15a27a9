import { isDeepStrictEqual } from 'node:util';
import type { TestStateOutput } from '@aws-sdk/client-sfn';
import type { StateTest } from './state-test';

export type StateVerdict =
  /** AWS does what the rehearsal did. */
  | 'same'
  /** AWS does something else. */
  | 'differs'
  /** AWS takes neither the state nor the mock. */
  | 'refused'
  /** No rehearsal came by; AWS takes the state, and evaluates all that comes before the call. */
  | 'taken'
  /** No rehearsal came by, and nothing is known that the state could be given. */
  | 'not tried';

export interface JudgedState {
  readonly example: string;
  readonly state: string;
  readonly verdict: StateVerdict;
  /** What AWS said, where that is not all. */
  readonly said?: string;
}

/** What AWS answered to a state, against what the rehearsal says. */
export function judge({ expected }: StateTest, answer: TestStateOutput): Omit<JudgedState, 'example' | 'state'> {
  const said = [answer.status, answer.error, answer.cause].filter((part) => part !== undefined).join(': ');
  if (expected === undefined) {
    return answer.error === 'States.QueryEvaluationError' || answer.error === 'States.Runtime'
      ? { verdict: 'not tried', said }
      : { verdict: 'taken' };
  }
  const differences = [
    ...(answer.status === expected.status ? [] : [`${said}, and not ${expected.status}`]),
    ...(answer.nextState === expected.nextState
      ? []
      : [`goes to ${answer.nextState}, and not to ${expected.nextState}`]),
    ...(expected.error === undefined || answer.error === expected.error ? [] : [`fails with ${answer.error}`]),
    ...(expected.output === undefined || isDeepStrictEqual(JSON.parse(answer.output ?? 'null'), expected.output)
      ? []
      : [`gives ${short(answer.output ?? '')}, and not ${short(JSON.stringify(expected.output))}`]),
  ];
  return differences.length === 0 ? { verdict: 'same' } : { verdict: 'differs', said: differences.join('; ') };
}

const short = (text: string) => (text.length <= 200 ? text : `${text.slice(0, 200)}…`);
