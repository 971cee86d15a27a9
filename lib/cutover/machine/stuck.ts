import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from '../states/expression';
import { is } from '../states/is';
import { AS_IT_HAD_ENDED, REDRIVEN } from '../states/once';
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
        `${AS_IT_HAD_ENDED} & ${ALL_THAT_FAILED} & ${NOT_TRIED} & ' -- ' & ${WHERE_USERS_ARE} & ' Mend the cause, then start {"action":"recover"}.'`,
      ),
    });
    const unknown = Pass.jsonata(scope, 'The active side is unknown', { assign: { serving: 'unknown' } });
    const look = record.readWhoServes(scope, 'Read who serves now');
    look.addCatch(unknown, { errors: ['States.ALL'] });
    const ends = Choice.jsonata(scope, 'Was the execution redriven?')
      .when(is(REDRIVEN), refuseRedrive(scope))
      .otherwise(stuck);
    unknown.next(ends);
    look.next(ends);
    this.start = look;
  }
}

function refuseRedrive(scope: Construct): Fail {
  return Fail.jsonata(scope, 'Refuse a redrive', {
    comment: 'Others may have had the lock since, and all was put back: neither what it did nor its undo is safe.',
    error: 'Redriven',
    cause: expression(
      `'This execution had ended, and was redriven. It has changed nothing since. ' & ${WHERE_USERS_ARE} & ' Start {"action":"recover"}, and then what you want anew.'`,
    ),
  });
}
