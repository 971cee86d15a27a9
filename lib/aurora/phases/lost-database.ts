import { Duration } from 'aws-cdk-lib';
import type { LostSide } from '../../cutover/lost-side';
import { type DatabaseSteps, of } from './database-steps';

/** A database that refuses connections, or answers nothing. Its door is shut as it is left: it may come up again. */
export function lostDatabase({ scope, agent, door }: DatabaseSteps): LostSide {
  return {
    ask: (name, side) =>
      agent.task(scope, name, { verb: 'mysql.alive', args: of(side), timeout: Duration.minutes(1), outputs: {} }),
    errors: ['Agent.Unreachable'],
    survey: door.survey(scope, 'Note who may connect to the side that is lost', '$from', true),
  };
}
