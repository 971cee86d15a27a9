import { Choice, Fail, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { OutcomeStates } from '../outcome/outcome-states';
import { expression } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { AS_IT_HAD_ENDED, REDRIVEN } from '../states/once';
import type { ActiveSide } from './active-side';
import { told } from './unfinished';

/** Name of its last state. */
export const RECOVERY_NEEDED = 'RecoveryNeeded';

/** JSONata: what ended the execution, if anything did, and then every undo and every note that failed. */
const ALL_THAT_FAILED = jsonata`
  $join($append($failure.phase = 'none' ? [] : [${told('$failure')}], $append([${told('$unfinished')}],
  [${told('$unnoted')}])), ' | ')
`;

const NOT_TRIED = jsonata`
  ($count($skipped) > 0 ? ' -- Not undone, for clients may be on either side: '
  & $join($skipped, ', ') & '.' : '')
`;

function whereClientsAre({ viaRelay }: ActiveSide): string {
  const relay =
    viaRelay === true
      ? `, 'relay': 'The record leads to the relay: redis.relay on the migration host says which side it serves.'`
      : '';
  return jsonata`
    ($where := $lookup({'both': 'The record serves both sides.', 'nobody': 'The record serves nobody.',
    'unknown': 'Nobody can tell on which side clients are: that could not be read.'${relay}}, $activeSide);
    $where ? $where : 'Clients are on ' & $activeSide & '.')
  `;
}

/**
 * The end of an execution that could not put everything back. It reads the active side, and names all that failed. The journal
 * keeps what is still to be put back: `recover` takes it up.
 */
export class RecoveryNeeded {
  public readonly start: IChainable;

  constructor(scope: Construct, record: ActiveSide, outcome: OutcomeStates) {
    const recoveryNeeded = Fail.jsonata(scope, RECOVERY_NEEDED, {
      comment: 'An undo failed for half an hour. The journal keeps what is still to be put back.',
      error: 'RecoveryNeeded',
      cause: expression(
        jsonata`
          ${AS_IT_HAD_ENDED} & ${ALL_THAT_FAILED} & ${NOT_TRIED} & ' -- ' & ${whereClientsAre(record)}
          & ' Mend the cause, then start {"action":"recover"}.'
        `,
      ),
    });
    const unknown = Pass.jsonata(scope, 'The active side is unknown', { assign: { activeSide: 'unknown' } });
    const look = record.readActiveSide(scope, 'Read the active side now');
    look.addCatch(unknown, { errors: ['States.ALL'] });
    const ends = Choice.jsonata(scope, 'Was the execution redriven?')
      .when(is(REDRIVEN), refuseRedrive(scope, record))
      .otherwise(outcome.before(recoveryNeeded, 'that a recovery is needed', `'recoveryNeeded'`));
    unknown.next(ends);
    look.next(ends);
    this.start = look;
  }
}

function refuseRedrive(scope: Construct, record: ActiveSide): Fail {
  return Fail.jsonata(scope, 'Refuse a redrive', {
    comment: 'Others may have had the lock since, and all was put back: neither what it did nor its undo is safe.',
    error: 'Redriven',
    cause: expression(
      jsonata`
        'This execution had ended, and was redriven. It has changed nothing since. ' & ${whereClientsAre(record)}
        & ' Start {"action":"recover"}, and then what you want again.'
      `,
    ),
  });
}
