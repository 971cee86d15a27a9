import {
  type CatchProps,
  Choice,
  type IChainable,
  Parallel,
  Pass,
  type TaskStateBase,
} from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ManifestPhase } from '../../../contract/manifest';
import { ValidationError } from '../../validation-error';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { Endings, type EndingsProps, EVERYTHING_IS_RESTORED } from './endings';
import type { Errand } from './errand';
import { beginRollback, type LostSide, type PhasesAlone } from './lost-side';
import type { Phase } from './phase';
import { StatesOfPhases } from './phase-states';
import { RECOVERY_NEEDED } from './recovery-needed';
import { RollbackPath } from './rollback-path';
import { caughtIn, unnotedIn } from './unfinished';

/** JSONata: what sends clients back out of a watch, as a phase that failed would say it. */
const ALARMED = `{'phase': 'Watch', 'error': 'Alarm', 'cause': 'In ALARM: ' & $join($states.input.alarms, ', ')}`;

/** JSONata: what an operator has to do before anything can be put back. */
const DROPPED = jsonata`
  $merge([$failure, {'error': 'PhaseDropped', 'cause': 'Execution ' & $journal.execution & ' was ended in this phase,
  and a deploy has dropped it since. Deploy with it again, as at that time, and drop it after the recovery.'}])
`;

/** When a phase of one direction only is gone through. */
const DIRECTIONS = {
  cutover: `$goal = 'cutover' or $goal = 'preflight'`,
  rollback: `$to.side = 'blue'`,
} as const;

/**
 * The phases, one after the other, and the rollback path. Every phase is one Parallel state with one branch, which makes it
 * a try block: a failure anywhere inside, in a Choice or a Pass too, takes the nearest undo at or before it, and that one
 * runs on into the undos before it.
 */
export class PhaseGraph {
  public readonly endings: Endings;
  /** The first phase; undefined where there is none. `$goal`, `$from`, `$to` and `$journal` are set before it. */
  public readonly start: IChainable | undefined;
  /** Where an execution begins that takes clients back; if they cannot be, they stay. Before it, the same is set. */
  public readonly startRollback: IChainable | undefined;
  /**
   * Where whatever is not well with clients on the new side leads, with `$failure` saying what it was: to the same phases,
   * with `$from` and `$to` exchanged, if clients can return.
   */
  private readonly turn: IChainable | undefined;
  /** Where an execution ends that has moved clients and watches no more. */
  private readonly monitoringIncomplete: IChainable | undefined;
  private readonly rollbackPath: RollbackPath;
  private readonly forward = new Map<Phase, IChainable>();
  private readonly states = new StatesOfPhases();

  constructor(
    private readonly scope: Construct,
    private readonly props: EndingsProps,
  ) {
    const endings = new Endings(scope, props);
    const { states } = this;
    this.endings = endings;
    states.leads(endings.recoveryNeeded, [RECOVERY_NEEDED]);
    states.leads(endings.undone, [EVERYTHING_IS_RESTORED]);
    this.rollbackPath = new RollbackPath(scope, { ...props, endings, states });
    // A state that nothing leads to is none that Step Functions takes.
    if (props.phases.length === 0) return;
    this.monitoringIncomplete = endings.finish('End the watch', 'monitoringIncomplete', '$to.side');
    const { lost } = props;
    const automaticRollback = 'rollbackUnsupported' in lost ? undefined : this.automaticRollback();
    const turn = automaticRollback ?? endings.finish('Keep clients where they are', 'monitoringIncomplete', '$to.side');
    this.turn = turn;
    const start = this.buildPhases();
    this.start = start;
    this.startRollback = 'rollbackUnsupported' in lost ? turn : this.buildRollback(lost, start);
    automaticRollback?.next(this.startRollback);
  }

  /** What the manifest says of a phase that was built. */
  public manifestOf(phase: Phase): ManifestPhase {
    return this.states.manifestOf(phase);
  }

  /** A phase's forward chain as a try block: whatever fails inside goes to `exit`, with `$failure` saying what it was. */
  public attempt(phase: Phase, back: IChainable, onFailure: CatchProps = caughtIn(phase.name)): Parallel {
    const state = Parallel.jsonata(this.scope, phase.name, {
      comment: this.purposeOf(phase),
      assign: {
        result: expression(`$merge([$result, {${literal(phase.name)}: $states.result[0]}])`),
        ...(phase.done !== undefined && { journal: expression(`$merge([$journal, ${phase.done}])`) }),
      },
      outputs: expression('$states.result[0]'),
    }).branch(phase.forward);
    if (phase.role !== 'report') this.states.fails(phase, back);
    return state.addCatch(back, onFailure);
  }

  /** Where an execution begins that was asked for an errand. `$goal`, `$from`, `$to` and `$journal` are set before it. */
  public errand({ phase, outcome }: Errand): IChainable {
    const back = this.rollbackPath.undoOf(phase) ?? this.endings.end;
    const attempt = this.attempt(phase, back);
    attempt.next(this.endings.finish(`${phase.name} is done`, outcome, '$from.side'));
    const write = this.journalBegin(phase);
    write.addCatch(back, caughtIn(phase.name));
    write.next(this.announced(phase, attempt));
    return write;
  }

  /**
   * Where `recover` goes on. Up to the phase before clients were let in, back; after that clients are where they should be,
   * and only what was stopped remains to be put back. A phase that a deploy has dropped since is undone by nobody here.
   */
  public takeUp(): IChainable {
    const choice = Choice.jsonata(this.scope, 'Where does the recovery go on?', {
      assign: { failure: expression(DROPPED) },
    });
    for (const { phase } of this.props.errands) {
      const back = this.rollbackPath.undoOf(phase);
      if (back !== undefined) choice.when(is(`$journal.phase = ${literal(phase.name)}`), back);
    }
    const resumeAt = this.props.phases.findIndex((phase) => phase.role === 'resume');
    this.props.phases.forEach((phase, index) => {
      const moved = resumeAt !== -1 && index >= resumeAt;
      const resume = this.props.phases[resumeAt];
      const next = moved && resume !== undefined ? this.forward.get(resume) : this.rollbackPath.undoOf(phase);
      if (next !== undefined) choice.when(is(`$journal.phase = ${literal(phase.name)}`), next);
    });
    return choice.otherwise(this.endings.recoveryNeeded);
  }

  private purposeOf({ purpose, withoutRollback = purpose }: Phase): string {
    return 'rollbackUnsupported' in this.props.lost ? withoutRollback : purpose;
  }

  private buildPhases(): IChainable {
    let next: IChainable = this.endings.arrived();
    for (const phase of this.props.phases.toReversed()) {
      next = this.buildPhase(phase, next);
      this.forward.set(phase, next);
    }
    return next;
  }

  private buildPhase(phase: Phase, next: IChainable): IChainable {
    if (phase.role === 'report') return this.buildReport(phase, next);
    const back = this.exitOnFailure(phase);
    const onFailure = caughtIn(phase.name);

    const attempt = this.attempt(phase, phase.role === 'proof' ? (this.turn ?? this.endings.end) : back);
    attempt.next(this.afterPhase(phase, next));

    const write = this.journalBegin(phase);
    write.addCatch(back, onFailure);
    write.next(this.announced(phase, attempt));
    let first: IChainable = write;

    if (phase.survey !== undefined) {
      const survey = Parallel.jsonata(this.scope, `Save the state before ${phase.name}`, {
        comment: `Finds what ${phase.name} is about to change, so that it can be put back.`,
        assign: { journal: expression('$merge([$journal, $states.result[0]])') },
        outputs: {},
      }).branch(phase.survey);
      this.states.name(phase, { look: survey.id });
      survey.addCatch(back, onFailure);
      survey.next(write);
      first = survey;
    }
    return this.inItsDirection(phase, first, next);
  }

  /** It changes nothing: whether it could be done decides nothing, and is told. */
  private buildReport(phase: Phase, next: IChainable): IChainable {
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
      `Journal: ${phase.name} begins`,
      begun(phase),
      `Says that ${phase.name} has begun, and what it found, before it changes anything.`,
    );
    this.states.name(phase, { journal: write.id });
    return write;
  }

  /** People are told, where they want to be, that the phase begins. */
  private announced(phase: Phase, attempt: IChainable): IChainable {
    const { announcements, names } = this.props.outcome;
    if (announcements === undefined) return attempt;
    const tell = announcements.phase(
      this.scope,
      `Tell people that ${phase.name} begins`,
      phase.name,
      this.purposeOf(phase),
    );
    tell.addCatch(attempt, { errors: ['States.ALL'] });
    tell.next(attempt);
    names.push(tell.id);
    return tell;
  }

  private afterPhase(phase: Phase, next: IChainable): IChainable {
    if (phase.role === 'preflight') {
      return Choice.jsonata(this.scope, 'Preflight only?')
        .when(is(`$goal = 'preflight'`), this.endings.finish('Ready for the cutover', 'preflightPassed', '$from.side'))
        .otherwise(next);
    }
    if (phase.role === 'watch') {
      return Choice.jsonata(this.scope, 'Did an alarm go off?')
        .when(is('$count($states.input.alarms) > 0'), this.turn ?? this.endings.end, {
          assign: { failure: expression(ALARMED) },
        })
        .otherwise(next);
    }
    return next;
  }

  /** Clients are well on the new side by the time of the last phases: sending them back for those would do harm, not good. */
  private exitOnFailure(phase: Phase): IChainable {
    if (phase.role === 'watch' || (phase.role === 'proof' && this.isAfterResume(phase)))
      return this.monitoringIncomplete ?? this.endings.end;
    if (phase.role === 'after') return this.endings.recoveryNeeded;
    return this.rollbackPath.undoOf(phase) ?? this.endings.end;
  }

  private isAfterResume(phase: Phase): boolean {
    const { phases } = this.props;
    return phases.indexOf(phase) > phases.findIndex(({ role }) => role === 'resume');
  }

  private automaticRollback(): Pass {
    return Pass.jsonata(this.scope, 'Start rollback', {
      comment: 'Clients have moved, and are not well there: the same phases, the other way.',
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
    const undos = last === undefined ? undefined : this.rollbackPath.undoOf(last);
    if (last === undefined || undos === undefined) {
      throw new ValidationError('A migration needs a phase before Resume that can be undone.');
    }
    const { journal } = this.props;
    return beginRollback(this.scope, lost, { journal, phase: last.name, undos, asUsual, stay: this.endings.undone });
  }

  private firstOfRollback(): IChainable {
    const phase = this.props.phases.find((each) => each.role !== 'preflight' && each.direction !== 'cutover');
    const first = phase === undefined ? undefined : this.forward.get(phase);
    if (first === undefined)
      throw new ValidationError('A migration needs at least one phase that can be gone back through.');
    return first;
  }
}

function begun({ name, begins }: Phase): string {
  const begun = jsonata`
    {'phase': ${literal(name)}, 'from': $from.side, 'to': $to.side,
    'execution': $states.context.Execution.Id}
  `;
  return begins === undefined ? begun : `$merge([${begun}, ${begins}])`;
}
