import { Duration } from 'aws-cdk-lib';
import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import { expression } from '../../cutover/expression';
import { inOrder } from '../../cutover/in-order';
import { is } from '../../cutover/is';
import type { Phase } from '../../cutover/phase';
import { type DatabaseSteps, FORTH, of } from './database-steps';
import { shiftReaders, takeReadersBack } from './reader-canary';

/** Tries the new side: warms it up, runs the user's queries on it, and gives it readers step by step. */
export function canary(steps: DatabaseSteps): Phase {
  const { scope, agent, readers, readerWeights, alarms } = steps;
  const common = {
    name: 'Canary',
    purpose: 'Tries queries and then readers on the new side; a restart or an alarm takes it out of service.',
    direction: 'there',
  } as const;
  if (readers === undefined || readerWeights.length === 0) return { ...common, forward: tryQueries(steps) };
  return {
    ...common,
    forward: inOrder(
      tryQueries(steps),
      shiftReaders(scope, {
        readers,
        weights: readerWeights,
        alarms,
        alive: (name) =>
          agent.task(scope, name, {
            verb: 'mysql.alive',
            args: { ...of('$to'), startedAtMs: expression('$startedAt') },
            timeout: Duration.seconds(40),
            assign: { alive: expression('$states.result[0]') },
            outputs: { alarms: [] },
          }),
      }),
    ),
    undo: takeReadersBack(scope, readers, 'Undo Canary'),
  };
}

/** Assigns `$startedAt`: an engine that starts later has restarted. */
function tryQueries({ scope, agent }: DatabaseSteps): IChainable {
  const attempt = agent.task(scope, 'Warm the new side up and try the queries', {
    verb: 'mysql.smoke',
    args: { ...FORTH, warmUp: true },
    timeout: Duration.hours(2),
    assign: { startedAt: expression('$states.result[0].startedAtMs') },
  });
  const differs = Fail.jsonata(scope, 'A query answers otherwise', {
    error: 'SmokeDifference',
    cause: expression(`$join($states.input.queries[$exists(difference)].(name & ': ' & difference), '; ')`),
  });
  const same = Pass.jsonata(scope, 'The queries answer as before');
  const judge = Choice.jsonata(scope, 'Do the queries answer as before?')
    .when(is('$states.input.differences > 0'), differs)
    .otherwise(same);
  inOrder(attempt, judge);
  return { id: attempt.id, startState: attempt, endStates: [same] };
}
