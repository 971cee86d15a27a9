import type { Chain } from './chain';
import type { StatesBlock } from './definition/schema';
import { errorOutput, StateFailure } from './errors';
import type { Json } from './json';
import { runChoice } from './states/choice';
import { runFail } from './states/fail';
import { runMap } from './states/map';
import { runParallel } from './states/parallel';
import { runPass } from './states/pass';
import { runSucceed } from './states/succeed';
import { runTask } from './states/task';
import { runWait } from './states/wait';
import { type Outcome, Visit } from './visit';

/** Runs the states of one scope from its StartAt to a terminal state, and gives that state's output. */
export async function runStates(block: StatesBlock, input: Json, chain: Chain, startAt = block.StartAt): Promise<Json> {
  let name = startAt;
  let passed = input;
  for (;;) {
    const outcome = await visitState(block, name, passed, chain);
    if (outcome.next === undefined) return outcome.output;
    name = outcome.next;
    passed = outcome.output;
  }
}

async function visitState(block: StatesBlock, name: string, input: Json, chain: Chain): Promise<Outcome> {
  const state = block.States[name];
  if (state === undefined) throw new Error(`No state '${name}': the definition was not taken from parseDefinition`);
  const visit = new Visit(chain, name, state, input);
  try {
    const outcome = await runState(visit);
    visit.exit(outcome);
    return outcome;
  } catch (error) {
    if (error instanceof StateFailure) {
      const { Error: failed, Cause: cause } = errorOutput(error);
      visit.leave({ kind: 'failed', error: failed, cause });
    }
    throw error;
  }
}

function runState(visit: Visit): Promise<Outcome> {
  const { state } = visit;
  switch (state.Type) {
    case 'Task':
      return runTask(visit, state);
    case 'Pass':
      return runPass(visit, state);
    case 'Choice':
      return runChoice(visit, state);
    case 'Wait':
      return runWait(visit, state);
    case 'Succeed':
      return runSucceed(visit, state);
    case 'Fail':
      return runFail(visit, state);
    case 'Parallel':
      return runParallel(visit, state, runStates);
    case 'Map':
      return runMap(visit, state, runStates);
  }
}
