import { Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from '../states/expression';
import { told } from './unfinished';
import type { WhoServes } from './who-serves';

/** Name of its last state. */
export const STUCK = 'Stuck';

/** JSONata: what ended the execution, if anything did, and then every undo and every note that failed. */
const ALL_THAT_FAILED = `$join($append($failure.phase = 'none' ? [] : [${told('$failure')}], $append([${told('$unfinished')}], [${told('$unnoted')}])), ' | ')`;

const NOT_TRIED = `($count($skipped) > 0 ? ' -- Not undone, for users may be on either side: ' & $join($skipped, ', ') & '.' : '')`;

const WHERE_USERS_ARE = `($where := $lookup({'both': 'The record serves both sides.', 'nobody': 'The record serves nobody.', 'unknown': 'Nobody can tell on which side users are: that could not be read.'}, $serving); $where ? $where : 'Users are on ' & $serving & '.')`;

/**
 * The end of an execution that could not put everything back. It looks who serves, and names all that failed. The journal
 * keeps what is still to be put back: `recover` takes it up.
 */
export class Stuck {
  public readonly start: IChainable;

  constructor(scope: Construct, record: WhoServes) {
    const stuck = Fail.jsonata(scope, STUCK, {
      comment: 'An undo failed for half an hour. The journal keeps what is still to be put back.',
      error: 'Stuck',
      cause: expression(
        `${ALL_THAT_FAILED} & ${NOT_TRIED} & ' -- ' & ${WHERE_USERS_ARE} & ' Mend the cause, then start {"action":"recover"}.'`,
      ),
    });
    const unknown = Pass.jsonata(scope, 'The active side is unknown', { assign: { serving: 'unknown' } });
    const look = record.readWhoServes(scope, 'Read who serves now');
    look.addCatch(unknown, { errors: ['States.ALL'] });
    unknown.next(stuck);
    look.next(stuck);
    this.start = look;
  }
}
