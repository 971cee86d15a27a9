import { type IChainable, Parallel, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Journal } from '../journal/journal';
import { expression, literal } from '../states/expression';
import { jsonata } from '../states/jsonata';

/** How an engine finds out that a side has gone, and what must be noted before it is left. */
export interface LostSide {
  /** Asks the side in a JSONata variable for any answer. Fails with one of `errors` where there is none. */
  readonly ask: (name: string, side: '$from' | '$to') => Parallel;
  readonly errors: string[];
  /** As a phase's survey: what leaving `$from` will change. */
  readonly survey?: IChainable;
}

/** Clients cannot be taken back once they have moved: what moves them has no rollback. */
export interface RollbackUnsupported {
  /** Why, and what the operator can do, in plain sentences. */
  readonly rollbackUnsupported: string;
}

/** The rollback begins with its phases, which find out themselves whether the side that clients are on answers. */
export interface PhasesAlone {
  readonly phasesAlone: true;
}

export interface LostSideRoutes {
  readonly journal: Journal;
  /** The last phase before clients have moved for good, and the undos from there on. */
  readonly phase: string;
  readonly undos: IChainable;
  /** The rollback as usual: the side that clients are on answers. */
  readonly asUsual: IChainable;
  /** Neither side answers, or the lost one cannot be left: nothing was changed. */
  readonly stay: IChainable;
}

/** States that ask the sides, before any phase. Anyone who asks the agent sets its clock. */
export const ASKS = ['Does the active side answer?', 'Does the inactive side answer?'] as const;

const FAILED = `{'phase': 'Return', 'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause}`;
const LOST = jsonata`
  {'phase': 'Return', 'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause
  & ' What was written there and had not reached the other side is lost.'}
`;

/**
 * The beginning of every rollback. A side that does not answer can be neither looked at nor copied from, so that the
 * phases would never end in going back; and its clients cannot wait. They are taken back by the undos, as if the switch
 * that brought them here had failed.
 */
export function beginRollback(scope: Construct, lost: LostSide, routes: LostSideRoutes): IChainable {
  const ask = lost.ask(ASKS[0], '$from');
  const askOther = lost.ask(ASKS[1], '$to');
  const note = routes.journal.write(
    scope,
    'Journal: the lost side',
    jsonata`
      {'phase': ${literal(routes.phase)}, 'from': $to.side, 'to': $from.side,
      'execution': $states.context.Execution.Id}
    `,
    'Says that clients are being taken back, before anything is changed.',
  );
  const leave = Pass.jsonata(scope, 'Leave the lost side', {
    assign: { from: expression('$to'), to: expression('$from') },
  });
  const onFailure = { errors: ['States.ALL'], assign: { failure: expression(FAILED) } };

  ask.next(routes.asUsual);
  ask.addCatch(askOther, { errors: lost.errors, assign: { failure: expression(LOST) } });
  // Whatever else is the matter, the phases will say.
  ask.addCatch(routes.asUsual, { errors: ['States.ALL'] });
  askOther.addCatch(routes.stay, onFailure);
  note.addCatch(routes.stay, onFailure);
  note.next(leave).next(routes.undos);

  if (lost.survey === undefined) {
    askOther.next(note);
    return ask;
  }
  const survey = Parallel.jsonata(scope, 'Survey the lost side', {
    comment: 'Finds what is about to be changed, so that it can be put back.',
    assign: { journal: expression('$merge([$journal, $states.result[0]])') },
    outputs: {},
  }).branch(lost.survey);
  survey.addCatch(routes.stay, onFailure);
  askOther.next(survey).next(note);
  return ask;
}
