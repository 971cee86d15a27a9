import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Parallel } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';
import { type Journal, SETTLED } from '../journal/journal';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { REDRIVEN } from '../states/once';
import type { Endings } from './endings';
import type { Errand } from './errand';
import type { Phase } from './phase';
import type { StatesOfPhases } from './phase-states';
import { noneFailed, RETURN_FAILED, unfinishedIn, unnotedIn } from './unfinished';

export interface RollbackPathProps {
  readonly phases: readonly Phase[];
  readonly errands: readonly Errand[];
  readonly journal: Journal;
  readonly endings: Endings;
  readonly states: StatesOfPhases;
}

/** What cannot be evaluated cannot the next time either: see a redriven execution off at once. */
const NOT_AGAIN = { errors: ['States.QueryEvaluationError'], maxAttempts: 0 };

/** The undos of the phases, each of which leads to the undo before it, and the first of all to the end. */
export class RollbackPath {
  /** By phase: the nearest undo at or before it. */
  private readonly undos = new Map<Phase, IChainable>();

  constructor(
    private readonly scope: Construct,
    private readonly props: RollbackPathProps,
  ) {
    const { undone } = props.endings;
    let back: IChainable = undone;
    let before: string = SETTLED;
    props.phases.forEach((phase, index) => {
      if (phase.undo !== undefined) back = this.buildUndo(phase, phase.undo, { before, back, index });
      this.undos.set(phase, back);
      before = phase.name;
    });
    const index = props.phases.length;
    for (const { phase } of props.errands) {
      if (phase.undo === undefined) throw new ValidationError(`${phase.name} needs an undo.`);
      this.undos.set(phase, this.buildUndo(phase, phase.undo, { before: SETTLED, back: undone, index }));
    }
  }

  /** Where a failure of `phase` leads: the nearest undo at or before it. */
  public undoOf(phase: Phase): IChainable | undefined {
    return this.undos.get(phase);
  }

  /** One that fails for good keeps none from being tried that is safe without it. */
  private buildUndo(
    phase: Phase,
    chain: IChainable,
    { before, back, index }: { readonly before: string; readonly back: IChainable; readonly index: number },
  ): IChainable {
    const { name } = phase;
    const { endings, states } = this.props;
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
      `Journal: ${name} is undone`,
      changes,
      'A recovery goes on behind what is undone, and begins again where an undo has failed.',
    );
    // What is undone stays so, and clients wait for the rest: the next note says this too.
    note.addCatch(back, unnotedIn(`Journal: ${name} is undone`, this.props.journal.with(changes)));
    undo.next(note).next(back);

    const returns = this.props.phases.slice(index + 1).some(({ undoing }) => undoing === 'returns');
    const safe = Choice.jsonata(this.scope, `Is it safe to undo ${name}?`).when(is(REDRIVEN), endings.recoveryNeeded);
    if (phase.undoing !== 'apart' && returns) {
      safe.when(is(RETURN_FAILED), back, { assign: { skipped: expression(`$append($skipped, [${literal(name)}])`) } });
    }
    states.name(phase, { undo: undo.id, undone: note.id });
    states.leads(safe, [undo.id], back);
    return safe.otherwise(undo);
  }

  /** Where clients could not be returned they are let in again, and stay. */
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
    this.props.states.name(phase, { stay: state.id });
    if (stayed === undefined) return state.next(back);
    const note = this.props.journal.write(
      this.scope,
      `Note that clients stay: ${name} is not undone`,
      stayed,
      'What was undone before is not so any more.',
    );
    note.addCatch(back, unnotedIn(note.id, this.props.journal.with(stayed)));
    return state.next(note).next(back);
  }
}
