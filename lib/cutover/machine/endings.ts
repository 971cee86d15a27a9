import { Choice, Fail, type IChainable, Pass, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { NOT_WELL_AFTER_RETURN } from '../../checks/after-return';
import { type Journal, SETTLED } from '../journal/journal';
import type { Outcome } from '../outcome/outcome-event';
import type { OutcomeStates } from '../outcome/outcome-states';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { AS_IT_HAD_ENDED, REDRIVEN } from '../states/once';
import type { ActiveSide } from './active-side';
import type { Errand } from './errand';
import type { LostSide, PhasesAlone, RollbackUnsupported } from './lost-side';
import type { Phase } from './phase';
import { RecoveryNeeded } from './recovery-needed';
import { noneFailed, told, unfinishedIn } from './unfinished';

export interface EndingsProps {
  readonly phases: readonly Phase[];
  readonly errands: readonly Errand[];
  readonly journal: Journal;
  readonly record: ActiveSide;
  readonly lost: LostSide | RollbackUnsupported | PhasesAlone;
  /** Tell others how it ended. */
  readonly outcome: OutcomeStates;
}

/** How an execution can end, and the state it ends in. */
const OUTCOMES = {
  cutOver: 'Cut over',
  rolledBackOnRequest: 'Rolled back on request',
  recovered: 'Recovered',
  preflightPassed: 'Preflight passed',
  retired: 'Retired',
  rolledBack: 'Cutover rolled back',
  monitoringIncomplete: 'Cut over, monitoring incomplete',
} as const satisfies Partial<Record<Outcome, string>>;

export const EVERYTHING_IS_RESTORED = 'Everything is restored';

/**
 * Where executions end: the journal is closed, and the outcome, the side that clients are on and what failed are said. Where
 * that cannot be, a recovery is needed.
 */
export class Endings {
  /** Where an execution ends that could not put everything back, or was redriven: both read the active side. */
  public readonly recoveryNeeded: IChainable;
  /** Where an execution ends with `$outcome` and `$activeSide`. */
  public readonly end: IChainable;
  /** Where the undos end. */
  public readonly undone: IChainable;

  constructor(
    private readonly scope: Construct,
    private readonly props: EndingsProps,
  ) {
    this.recoveryNeeded = new RecoveryNeeded(scope, props.record, props.outcome).start;
    this.end = this.closeTheJournal();
    this.undone = this.everyUndo();
  }

  /** Ends the execution with clients on the side that the JSONata `activeSide` gives. */
  public finish(name: string, outcome: string, activeSide: string): Pass {
    const state = Pass.jsonata(this.scope, name, {
      assign: { outcome, activeSide: expression(activeSide) },
    });
    state.next(this.end);
    return state;
  }

  /** Where the last phase leads. */
  public arrived(): Pass {
    const state = Pass.jsonata(this.scope, 'All clients have moved', {
      assign: {
        outcome: expression(
          jsonata`
            $lookup({'cutover': 'cutOver', 'rollback': 'rolledBackOnRequest', 'return': 'rolledBack',
            'recover': 'recovered'}, $goal)
          `,
        ),
        activeSide: expression('$to.side'),
      },
    });
    state.next(this.end);
    return state;
  }

  private everyUndo(): IChainable {
    const state = Pass.jsonata(this.scope, EVERYTHING_IS_RESTORED, {
      assign: {
        // An undo may find that clients have moved and cannot be taken back: then all else is put back, and they stay.
        outcome: expression(
          `$goal = 'recover' ? 'recovered' : $journal.moved = $to.side ? 'monitoringIncomplete' : 'rolledBack'`,
        ),
        activeSide: expression('$journal.moved = $to.side ? $to.side : $from.side'),
      },
    });
    state.next(this.end);
    return Choice.jsonata(this.scope, 'Did every undo succeed?')
      .when(is(REDRIVEN), this.recoveryNeeded)
      .when(is(noneFailed), state)
      .otherwise(this.recoveryNeeded);
  }

  private closeTheJournal(): IChainable {
    const revoked = `$sift($journal.ingress, function($ofSide) { $ofSide.revoked })`;
    const close = this.props.journal.write(
      this.scope,
      'Close the journal',
      jsonata`
        {'phase': '${SETTLED}', 'serving': $activeSide, 'workloads': {}, 'ingress': ($revoked := ${revoked};
        $exists($revoked) ? $revoked : {})}
      `,
      'Nothing is left to put back. What stays revoked is client ingress of the side that clients have left, until it serves again.',
    );
    close.addCatch(this.recoveryNeeded, unfinishedIn('Close the journal'));
    const how = Choice.jsonata(this.scope, 'How did the execution end?').when(is(REDRIVEN), this.recoveryNeeded);
    for (const [outcome, name] of Object.entries(OUTCOMES)) {
      how.when(is(`$outcome = '${outcome}'`), this.ending(outcome, name));
    }
    for (const { outcome, ending } of this.props.errands) {
      how.when(is(`$outcome = '${outcome}'`), this.ending(outcome, ending));
    }
    how.otherwise(this.recoveryNeeded);
    close.next(this.props.outcome.before(how, 'how the execution ended', '$outcome'));
    return close;
  }

  private ending(outcome: string, name: string): IChainable {
    const notes = `($count($unnoted) > 0 ? ' (' & $join([${told('$unnoted')}], ' | ') & ')' : '')`;
    const said = `${told('$failure')} & ${notes} & ${NOT_WELL_AFTER_RETURN}`;
    const meant = this.whatItMeant();
    switch (outcome) {
      case 'rolledBack':
        return Fail.jsonata(this.scope, name, {
          error: 'RolledBack',
          cause: expression(
            jsonata`
              ${AS_IT_HAD_ENDED} & ${said} & ' -- Clients are on ' & $activeSide & ', and ' & ${this.restored()}
              & '.'${meant} & ($journal.remains ? ' ' & $journal.remains : '')
            `,
          ),
        });
      case 'monitoringIncomplete':
        return Fail.jsonata(this.scope, name, {
          error: 'MonitoringIncomplete',
          cause: expression(
            jsonata`
              ${AS_IT_HAD_ENDED} & ${said} & ' -- Clients are on ' & $activeSide & ' and nobody watches.'
              & ($activeSide = 'green' ? ${literal(` ${this.rollback()}`)} : '')${meant} & ($journal.remains ? ' '
              & $journal.remains : '')
            `,
          ),
        });
      default:
        return Succeed.jsonata(this.scope, name, {
          outputs: expression(
            jsonata`
              $merge([{'outcome': '${outcome}', 'serving': $activeSide, 'phases': $result}, $count($unnoted) > 0
              ? {'unnoted': [${told('$unnoted')}]} :
              {}${meant === '' ? '' : `, ($told := ''${meant}; $told = '' ? {} : {'told': $trim($told)})`}])
            `,
          ),
        });
    }
  }

  /** JSONata, to be added to a text: what phases did that operators must know of. */
  private whatItMeant(): string {
    return this.props.phases
      .flatMap(({ name, tells }) => (tells === undefined ? [] : [{ name, tells }]))
      .map(({ name, tells }) => ` & ($output := $lookup($result, ${literal(name)}); ${tells})`)
      .join('');
  }

  /** JSONata: what is as it was before. */
  private restored(): string {
    const usual = literal('what was stopped is back');
    const { errands } = this.props;
    if (errands.length === 0) return usual;
    const known = errands.map(({ action, restored }) => `${literal(action)}: ${literal(restored)}`).join(', ');
    return `[$lookup({${known}}, $goal), ${usual}][0]`;
  }

  private rollback(): string {
    const { lost } = this.props;
    return 'rollbackUnsupported' in lost ? lost.rollbackUnsupported : 'Start {"action":"rollback"} to return them.';
  }
}
