import { Duration } from 'aws-cdk-lib';
import {
  type CatchProps,
  Choice,
  Fail,
  type IChainable,
  Parallel,
  Pass,
  Succeed,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ManifestPhase, PhaseStates } from '../../../contract/manifest';
import { NOT_WELL_AFTER_RETURN } from '../../checks/checks';
import { type Journal, SETTLED } from '../journal/journal';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { AS_IT_HAD_ENDED, REDRIVEN } from '../states/once';
import type { Errand } from './errand';
import { beginRollback, type LostSide, type PhasesAlone, type RollbackUnsupported } from './lost-side';
import { SEEN } from './manifest';
import type { Phase } from './phase';
import { STUCK, Stuck } from './stuck';
import { caughtIn, noneFailed, RETURN_FAILED, told, unfinishedIn, unnotedIn } from './unfinished';
import type { WhoServes } from './who-serves';

export interface RailsProps {
  readonly phases: readonly Phase[];
  /** What else an execution may be asked for. */
  readonly errands: readonly Errand[];
  readonly journal: Journal;
  readonly record: WhoServes;
  readonly lost: LostSide | RollbackUnsupported | PhasesAlone;
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
} as const;

const ALL_IS_PUT_BACK = 'Everything is restored';

/** JSONata: what sends users back out of a watch, as a phase that failed would say it. */
const ALARMED = `{'phase': 'Watch', 'error': 'Alarm', 'cause': 'In ALARM: ' & $join($states.input.alarms, ', ')}`;

/** What cannot be evaluated cannot the next time either: see a redriven execution off at once. */
const NOT_AGAIN = { errors: ['States.QueryEvaluationError'], maxAttempts: 0 };

/** When a phase of one direction only is gone through. */
const DIRECTIONS = {
  cutover: `$goal = 'cutover' or $goal = 'preflight'`,
  rollback: `$to.side = 'blue'`,
} as const;

/**
 * The forward rail and the back rail. Every phase is one Parallel state with one branch, which makes it a try block: a
 * failure anywhere inside, in a Choice or a Pass too, takes the nearest undo at or before it, and that one runs on into
 * the undos before it.
 */
export class Rails {
  /** The first phase; undefined where there is none. `$goal`, `$from`, `$to` and `$journal` are set before it. */
  public readonly start: IChainable | undefined;
  /** Where an execution begins that takes users back; if they cannot be, they stay. Before it, the same is set. */
  public readonly startRollback: IChainable | undefined;
  /**
   * Where whatever is not well with users on the new side leads, with `$failure` saying what it was: to the same phases, with
   * `$from` and `$to` changed over, if users can go back.
   */
  private readonly turn: IChainable | undefined;
  /** Where an execution ends that has moved users and watches no more. */
  private readonly unwatched: IChainable | undefined;
  /** Where an execution ends that could not put everything back, or was redriven: both look who serves. */
  public readonly stuck: IChainable;
  private readonly unwound: IChainable;
  private readonly end: IChainable;
  /** By phase: the nearest undo at or before it. */
  private readonly back = new Map<Phase, IChainable>();
  private readonly forward = new Map<Phase, IChainable>();
  /** What one way out leads through, in order, where all goes well on it. */
  private readonly ways = new Map<IChainable, readonly string[]>();
  private readonly onFailure = new Map<Phase, readonly string[]>();
  private readonly states = new Map<Phase, Partial<PhaseStates>>();

  constructor(
    private readonly scope: Construct,
    private readonly props: RailsProps,
  ) {
    this.stuck = new Stuck(scope, props.record).start;
    this.end = this.endings();
    this.unwound = this.allPutBack();
    this.ways.set(this.stuck, [STUCK]).set(this.unwound, [ALL_IS_PUT_BACK]);
    this.layBackRail();
    // A state that nothing leads to is none that Step Functions takes.
    if (props.phases.length === 0) return;
    this.unwatched = this.finish('End the watch', 'monitoringIncomplete', '$to.side');
    const { lost } = props;
    const automaticRollback = 'rollbackUnsupported' in lost ? undefined : this.automaticRollback();
    const turn = automaticRollback ?? this.finish('Keep clients where they are', 'monitoringIncomplete', '$to.side');
    this.turn = turn;
    const start = this.layForwardRail();
    this.start = start;
    this.startRollback = 'rollbackUnsupported' in lost ? turn : this.buildRollback(lost, start);
    automaticRollback?.next(this.startRollback);
  }

  /** A phase's forward chain as a try block: whatever fails inside goes to `exit`, with `$failure` saying what it was. */
  public attempt(phase: Phase, back: IChainable, onFailure: CatchProps = caughtIn(phase.name)): Parallel {
    const state = Parallel.jsonata(this.scope, phase.name, {
      comment: phase.purpose,
      assign: {
        result: expression(`$merge([$result, {${literal(phase.name)}: $states.result[0]}])`),
        ...(phase.done !== undefined && { journal: expression(`$merge([$journal, ${phase.done}])`) }),
      },
      outputs: expression('$states.result[0]'),
    }).branch(phase.forward);
    if (phase.role !== 'report') this.onFailure.set(phase, this.ways.get(back) ?? [back.id]);
    return state.addCatch(back, onFailure);
  }

  /** What the manifest says of a phase that was laid. */
  public manifestOf(phase: Phase): ManifestPhase {
    const { name, role, direction } = phase;
    const onFailure = this.onFailure.get(phase);
    return {
      name,
      role,
      ...(direction !== undefined && { only: direction }),
      seen: SEEN[role],
      states: { own: name, ...this.states.get(phase) },
      ...(onFailure !== undefined && { onFailure }),
    };
  }

  /** Ends the execution with users on the side that the JSONata `serving` gives. */
  public finish(name: string, outcome: string, serving: string): Pass {
    const state = Pass.jsonata(this.scope, name, {
      assign: { outcome, serving: expression(serving) },
    });
    state.next(this.end);
    return state;
  }

  /** Where an execution begins that was asked for an errand. `$goal`, `$from`, `$to` and `$journal` are set before it. */
  public errand({ phase, outcome }: Errand): IChainable {
    const back = this.back.get(phase) ?? this.end;
    const attempt = this.attempt(phase, back);
    attempt.next(this.finish(`${phase.name} is done`, outcome, '$from.side'));
    const write = this.journalBegin(phase);
    write.addCatch(back, caughtIn(phase.name));
    write.next(attempt);
    return write;
  }

  /**
   * Where `recover` goes on. Up to the phase before users were let in, back; after that users are where they should be,
   * and only what was stopped remains to be put back.
   */
  public takeUp(): IChainable {
    const choice = Choice.jsonata(this.scope, 'Where does the recovery go on?');
    for (const { phase } of this.props.errands) {
      const back = this.back.get(phase);
      if (back !== undefined) choice.when(is(`$journal.phase = ${literal(phase.name)}`), back);
    }
    const resumeAt = this.props.phases.findIndex((phase) => phase.role === 'resume');
    this.props.phases.forEach((phase, index) => {
      const moved = resumeAt !== -1 && index >= resumeAt;
      const resume = this.props.phases[resumeAt];
      const rail = moved && resume !== undefined ? this.forward.get(resume) : this.back.get(phase);
      if (rail !== undefined) choice.when(is(`$journal.phase = ${literal(phase.name)}`), rail);
    });
    return choice.otherwise(this.stuck);
  }

  private layBackRail(): void {
    let back: IChainable = this.unwound;
    let before: string = SETTLED;
    this.props.phases.forEach((phase, index) => {
      if (phase.undo !== undefined) back = this.layUndo(phase, phase.undo, { before, back, index });
      this.back.set(phase, back);
      before = phase.name;
    });
    const index = this.props.phases.length;
    for (const { phase } of this.props.errands) {
      if (phase.undo === undefined) throw new Error(`${phase.name} needs an undo.`);
      this.back.set(phase, this.layUndo(phase, phase.undo, { before: SETTLED, back: this.unwound, index }));
    }
  }

  /** One that fails for good keeps none from being tried that is safe without it. */
  private layUndo(
    phase: Phase,
    chain: IChainable,
    { before, back, index }: { readonly before: string; readonly back: IChainable; readonly index: number },
  ): IChainable {
    const { name } = phase;
    const undo = Parallel.jsonata(this.scope, `Undo ${name}`, {
      comment: `Puts back what ${name} changed. Idempotent.`,
      outputs: expression('$states.result[0]'),
    }).branch(chain);
    undo.addRetry(NOT_AGAIN);
    undo.addRetry({
      errors: ['States.ALL'],
      interval: Duration.seconds(5),
      backoffRate: 1.5,
      maxDelay: Duration.minutes(1),
      maxAttempts: 30,
    });
    undo.addCatch(this.letIn(phase, back), unfinishedIn(`Undo ${name}`, phase.undoing));

    const changes = `$merge([{'phase': ${noneFailed} ? ${literal(before)} : $journal.phase}, ${phase.undone ?? '{}'}])`;
    const note = this.props.journal.write(
      this.scope,
      `Journal that ${name} is undone`,
      changes,
      'A recovery goes on behind what is undone, and begins again where an undo has failed.',
    );
    // What is undone stays so, and users wait for the rest: the next note says this too.
    note.addCatch(back, unnotedIn(`Journal that ${name} is undone`, this.props.journal.with(changes)));
    undo.next(note).next(back);

    const returns = this.props.phases.slice(index + 1).some(({ undoing }) => undoing === 'returns');
    const safe = Choice.jsonata(this.scope, `Is it safe to undo ${name}?`).when(is(REDRIVEN), this.stuck);
    if (phase.undoing !== 'apart' && returns) {
      safe.when(is(RETURN_FAILED), back, { assign: { skipped: expression(`$append($skipped, [${literal(name)}])`) } });
    }
    this.name(phase, { undo: undo.id, undone: note.id });
    this.ways.set(safe, [undo.id, ...(this.ways.get(back) ?? [])]);
    return safe.otherwise(undo);
  }

  /** Where users could not be returned they are let in again, and stay. */
  private letIn(phase: Phase, back: IChainable): IChainable {
    const { name, stay, stayed } = phase;
    if (stay === undefined) return back;
    const title = `Let clients in on their current side${phase.role === 'switch' ? '' : `: ${name} is not undone`}`;
    const state = Parallel.jsonata(this.scope, title, {
      comment: `Undo ${name} failed for half an hour, and may have shut them out.`,
      outputs: {},
    }).branch(stay);
    state.addRetry(NOT_AGAIN);
    state.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(5), backoffRate: 2, maxAttempts: 4 });
    state.addCatch(back, unfinishedIn(title));
    this.name(phase, { stay: state.id });
    if (stayed === undefined) return state.next(back);
    const note = this.props.journal.write(
      this.scope,
      `Note that users stay: ${name} is not undone`,
      stayed,
      'What was undone before is not so any more.',
    );
    note.addCatch(back, unnotedIn(note.id, this.props.journal.with(stayed)));
    return state.next(note).next(back);
  }

  private layForwardRail(): IChainable {
    let next: IChainable = this.arrived();
    for (const phase of this.props.phases.toReversed()) {
      next = this.layPhase(phase, next);
      this.forward.set(phase, next);
    }
    return next;
  }

  private layPhase(phase: Phase, next: IChainable): IChainable {
    if (phase.role === 'report') return this.layReport(phase, next);
    const back = this.exitOnFailure(phase);
    const onFailure = caughtIn(phase.name);

    const attempt = this.attempt(phase, phase.role === 'proof' ? (this.turn ?? this.end) : back);
    attempt.next(this.afterPhase(phase, next));

    const write = this.journalBegin(phase);
    write.addCatch(back, onFailure);
    write.next(attempt);
    let first: IChainable = write;

    if (phase.survey !== undefined) {
      const survey = Parallel.jsonata(this.scope, `Record state before ${phase.name}`, {
        comment: `Finds what ${phase.name} is about to change, so that it can be put back.`,
        assign: { journal: expression('$merge([$journal, $states.result[0]])') },
        outputs: {},
      }).branch(phase.survey);
      this.name(phase, { look: survey.id });
      survey.addCatch(back, onFailure);
      survey.next(write);
      first = survey;
    }
    return this.inItsDirection(phase, first, next);
  }

  /** It changes nothing: whether it could be done decides nothing, and is told. */
  private layReport(phase: Phase, next: IChainable): IChainable {
    const attempt = this.attempt(phase, next, unnotedIn(phase.name, '$journal'));
    attempt.next(next);
    return this.inItsDirection(phase, attempt, next);
  }

  private inItsDirection(phase: Phase, first: IChainable, next: IChainable): IChainable {
    if (phase.direction === undefined) return first;
    return Choice.jsonata(this.scope, `Is ${phase.name} for this direction?`)
      .when(is(DIRECTIONS[phase.direction]), first)
      .otherwise(next);
  }

  private journalBegin(phase: Phase): TaskStateBase {
    const write = this.props.journal.write(
      this.scope,
      `Journal ${phase.name}`,
      begun(phase),
      `Says that ${phase.name} has begun, and what it found, before it changes anything.`,
    );
    this.name(phase, { journal: write.id });
    return write;
  }

  private name(phase: Phase, states: Partial<PhaseStates>): void {
    this.states.set(phase, { ...this.states.get(phase), ...states });
  }

  private afterPhase(phase: Phase, next: IChainable): IChainable {
    if (phase.role === 'preflight') {
      return Choice.jsonata(this.scope, 'Preflight only?')
        .when(is(`$goal = 'preflight'`), this.finish('Ready for the cutover', 'preflightPassed', '$from.side'))
        .otherwise(next);
    }
    if (phase.role === 'watch') {
      return Choice.jsonata(this.scope, 'Did an alarm go off?')
        .when(is('$count($states.input.alarms) > 0'), this.turn ?? this.end, {
          assign: { failure: expression(ALARMED) },
        })
        .otherwise(next);
    }
    return next;
  }

  /** Users are well on the new side by the time of the last phases: sending them back for those would do harm, not good. */
  private exitOnFailure(phase: Phase): IChainable {
    if (phase.role === 'watch' || (phase.role === 'proof' && this.isAfterResume(phase)))
      return this.unwatched ?? this.end;
    if (phase.role === 'after') return this.stuck;
    return this.back.get(phase) ?? this.end;
  }

  private isAfterResume(phase: Phase): boolean {
    const { phases } = this.props;
    return phases.indexOf(phase) > phases.findIndex(({ role }) => role === 'resume');
  }

  private automaticRollback(): Pass {
    return Pass.jsonata(this.scope, 'Start rollback', {
      comment: 'Users have moved, and are not well there: the same phases, the other way.',
      assign: {
        from: expression('$to'),
        to: expression('$from'),
        goal: 'return',
      },
    });
  }

  private buildRollback(lost: LostSide | PhasesAlone, start: IChainable): IChainable {
    const asUsual = Choice.jsonata(this.scope, 'Rollback started by the cutover?')
      .when(is(`$goal = 'return'`), this.firstOfRollback())
      .otherwise(start);
    if ('phasesAlone' in lost) return asUsual;
    const resumeAt = this.props.phases.findIndex((phase) => phase.role === 'resume');
    const last = this.props.phases[resumeAt - 1];
    const undos = last === undefined ? undefined : this.back.get(last);
    if (last === undefined || undos === undefined) {
      throw new Error('A migration needs a phase before Resume that can be undone.');
    }
    const { journal } = this.props;
    return beginRollback(this.scope, lost, { journal, phase: last.name, undos, asUsual, stay: this.unwound });
  }

  private firstOfRollback(): IChainable {
    const phase = this.props.phases.find((each) => each.role !== 'preflight' && each.direction !== 'cutover');
    const first = phase === undefined ? undefined : this.forward.get(phase);
    if (first === undefined) throw new Error('A migration needs at least one phase that can be gone back through.');
    return first;
  }

  private allPutBack(): IChainable {
    const state = Pass.jsonata(this.scope, ALL_IS_PUT_BACK, {
      assign: {
        // An undo may find that users have moved and cannot be taken back: then all else is put back, and they stay.
        outcome: expression(
          `$goal = 'recover' ? 'recovered' : $journal.moved = $to.side ? 'monitoringIncomplete' : 'rolledBack'`,
        ),
        serving: expression('$journal.moved = $to.side ? $to.side : $from.side'),
      },
    });
    state.next(this.end);
    return Choice.jsonata(this.scope, 'Did every undo succeed?')
      .when(is(REDRIVEN), this.stuck)
      .when(is(noneFailed), state)
      .otherwise(this.stuck);
  }

  private arrived(): Pass {
    const state = Pass.jsonata(this.scope, 'All clients have moved', {
      assign: {
        outcome: expression(
          `$lookup({'cutover': 'cutOver', 'rollback': 'rolledBackOnRequest', 'return': 'rolledBack', 'recover': 'recovered'}, $goal)`,
        ),
        serving: expression('$to.side'),
      },
    });
    state.next(this.end);
    return state;
  }

  private endings(): IChainable {
    const revoked = `$sift($journal.ingress, function($ofSide) { $ofSide.revoked })`;
    const close = this.props.journal.write(
      this.scope,
      'Close the journal',
      `{'phase': '${SETTLED}', 'serving': $serving, 'workloads': {}, 'ingress': ($revoked := ${revoked}; $exists($revoked) ? $revoked : {})}`,
      'Nothing is left to put back. What stays revoked is client ingress of the side that clients have left, until it serves again.',
    );
    close.addCatch(this.stuck, unfinishedIn('Close the journal'));
    const how = Choice.jsonata(this.scope, 'How did it end?').when(is(REDRIVEN), this.stuck);
    for (const [outcome, name] of Object.entries(OUTCOMES)) {
      how.when(is(`$outcome = '${outcome}'`), this.ending(outcome, name));
    }
    for (const { outcome, ending } of this.props.errands) {
      how.when(is(`$outcome = '${outcome}'`), this.ending(outcome, ending));
    }
    how.otherwise(this.stuck);
    close.next(how);
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
            `${AS_IT_HAD_ENDED} & ${said} & ' -- Users are on ' & $serving & ', and ' & ${this.restored()} & '.'${meant} & ($journal.remains ? ' ' & $journal.remains : '')`,
          ),
        });
      case 'monitoringIncomplete':
        return Fail.jsonata(this.scope, name, {
          error: 'MonitoringIncomplete',
          cause: expression(
            `${AS_IT_HAD_ENDED} & ${said} & ' -- Users are on ' & $serving & ' and nobody watches.' & ($serving = 'green' ? ${literal(` ${this.rollback()}`)} : '')${meant} & ($journal.remains ? ' ' & $journal.remains : '')`,
          ),
        });
      default:
        return Succeed.jsonata(this.scope, name, {
          outputs: expression(
            `$merge([{'outcome': '${outcome}', 'serving': $serving, 'phases': $result}, $count($unnoted) > 0 ? {'unnoted': [${told('$unnoted')}]} : {}${meant === '' ? '' : `, ($told := ''${meant}; $told = '' ? {} : {'told': $trim($told)})`}])`,
          ),
        });
    }
  }

  /** JSONata, to be added to a text: what phases did that users must know of. */
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

function begun({ name, begins }: Phase): string {
  const begun = `{'phase': ${literal(name)}, 'from': $from.side, 'to': $to.side, 'execution': $states.context.Execution.Id}`;
  return begins === undefined ? begun : `$merge([${begun}, ${begins}])`;
}
