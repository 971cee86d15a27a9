import { type SFNClient, SFNServiceException, TestStateCommand } from '@aws-sdk/client-sfn';
import type { JsonObject } from '../../../rehearsal/states-language';
import { allStates } from '../../../rehearsal/testbed/migration';
import { type JudgedState, judge } from './judge';
import type { Recording } from './recording';
import { isBeyondTestState, type StateTest, testsOf } from './state-test';

/** Refusals of the state or of its mock; anything else is a failure of the call. */
const REFUSALS = ['ValidationException', 'InvalidDefinition', 'InvalidExecutionInput', 'InvalidArn'];

export interface StatesProps {
  readonly sfn: SFNClient;
  /** Whose definition it is, for people. */
  readonly example: string;
  readonly definition: JsonObject;
  readonly recording: Recording;
  readonly onJudged: (judged: JudgedState) => void;
}

/** Sends every state of a definition to TestState, those of branches and iterations too. */
export async function testStates({
  sfn,
  example,
  definition,
  recording,
  onJudged,
}: StatesProps): Promise<JudgedState[]> {
  const judged: JudgedState[] = [];
  for (const [state, given] of allStates(definition)) {
    const answers = isBeyondTestState(given as JsonObject)
      ? [BEYOND]
      : await inTurn(testsOf(state, given as JsonObject, recording), (test) => ask(sfn, test));
    for (const answer of answers) {
      const one = { example, state, ...answer };
      judged.push(one);
      onJudged(one);
    }
  }
  return judged;
}

type Answer = Omit<JudgedState, 'example' | 'state'>;

const BEYOND: Answer = {
  verdict: 'not tried',
  said: 'It reads $states.context, which TestState takes for Task, Map and Parallel states only.',
};

async function inTurn<Given, Result>(all: readonly Given[], act: (one: Given) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (const one of all) results.push(await act(one));
  return results;
}

async function ask(sfn: SFNClient, test: StateTest): Promise<Answer> {
  try {
    return judge(test, await sfn.send(new TestStateCommand(test.request)));
  } catch (error) {
    if (!(error instanceof SFNServiceException) || !REFUSALS.includes(error.name)) throw error;
    return { verdict: 'refused', said: `${error.name}: ${error.message}` };
  }
}
