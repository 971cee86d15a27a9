import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, type Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { AgentWorker } from '../../cutover/host/agent-worker';
import type { Phase } from '../../cutover/machine/phase';
import { FORTH, of } from '../../cutover/phases/sides';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { is } from '../../cutover/states/is';
import type { DatabaseSteps } from './database-steps';
import { describeDatabase } from './rds-facts';
import { shiftReaders, takeReadersBack } from './reader-canary';

export const CANARY = {
  name: 'Canary',
  role: 'canary',
  purpose: 'Tries queries and then readers on the new side; a restart or an alarm takes the readers off it again.',
  direction: 'cutover',
} as const;

/** Tries the new side: warms it up, runs the user's queries on it, and gives it readers step by step. */
export function canary(steps: DatabaseSteps): Phase {
  const { scope, green, readers, readerWeights, alarms } = steps;
  const trial: TrialSteps = { ...steps, family: 'mysql' };
  if (readers === undefined || readerWeights.length === 0) return { ...CANARY, forward: tryQueries(trial) };
  const alive = (name: string) => isAlive(trial, name);
  const members = '$tried.members';
  return {
    ...CANARY,
    forward: inOrder(
      tryQueries(trial),
      describeDatabase(scope, 'Which instances has the new side?', green, 'tried'),
      shiftReaders(scope, { readers, weights: readerWeights, alarms, alive, members, namedByDeploy: true }),
    ),
    undo: takeReadersBack(scope, readers, 'Undo Canary'),
  };
}

export interface TrialSteps {
  readonly scope: Construct;
  readonly agent: AgentWorker;
  readonly family: 'mysql' | 'postgres';
  /** JSONata: where the new side is reached. @default - where the configuration says */
  readonly greenHost?: string;
}

/** Assigns `$since`: an engine that starts later has restarted. */
export function tryQueries(steps: TrialSteps): IChainable {
  const { scope, agent, family } = steps;
  const attempt = agent.task(scope, 'Warm up the new side and run the queries', {
    verb: `${family}.smoke`,
    args: { ...FORTH, warmUp: true, ...hosts(steps) },
    timeout: Duration.hours(2),
    assign: { since: expression('$states.result[0].sinceMs') },
  });
  const differs = Fail.jsonata(scope, 'A query answers differently', {
    error: 'SmokeDifference',
    cause: expression(`$join($states.input.queries[$exists(difference)].(name & ': ' & difference), '; ')`),
  });
  const same = Pass.jsonata(scope, 'The queries answer as before', { outputs: {} });
  const judge = Choice.jsonata(scope, 'Do the queries answer as before?')
    .when(is('$states.input.differences > 0'), differs)
    .otherwise(same);
  inOrder(attempt, judge);
  return { id: attempt.id, startState: attempt, endStates: [same] };
}

/** Assigns `$alive`. */
export function isAlive(steps: TrialSteps, name: string): Parallel {
  const { scope, agent, family } = steps;
  return agent.task(scope, name, {
    verb: `${family}.alive`,
    args: { ...of('$to'), sinceMs: expression('$since'), ...hosts(steps) },
    timeout: Duration.seconds(40),
    assign: { alive: expression('$states.result[0]') },
    outputs: { alarms: [] },
  });
}

function hosts({ greenHost }: TrialSteps) {
  return greenHost === undefined ? {} : { hosts: expression(`{'green': ${greenHost}}`) };
}
