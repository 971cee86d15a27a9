import { Choice, type Condition, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';
import { type ApprovalProps, approveRetirement } from '../approval/approval';
import { JOURNAL_VERSION } from '../journal/journal-version';
import { expression, literal } from '../states/expression';
import { inOrder } from '../states/in-order';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import type { ActiveSide } from './active-side';
import type { Errand } from './errand';
import type { LostSide, PhasesAlone, RollbackUnsupported } from './lost-side';
import type { Phase } from './phase';
import type { PhaseGraph } from './phase-graph';

export const TO_GREEN = 'Set direction: to green';
export const TO_BLUE = 'Set direction: to blue';

export interface RouterProps {
  readonly graph: PhaseGraph;
  readonly errands: readonly Errand[];
  readonly retire?: Phase | undefined;
  readonly approval: ApprovalProps;
  readonly lost: LostSide | RollbackUnsupported | PhasesAlone;
  readonly record: ActiveSide;
  /** Where executions end whose request is refused: `$failure` says why. */
  readonly refused: IChainable;
}

/** By action, journal and active side: where an execution goes. Sets `$goal`, `$from` and `$to`. */
const OR_RELAY = ` or $activeSide = 'relay'`;

export class Router {
  /** What retires blue, the approval included. */
  public readonly retiring: readonly Phase[];

  constructor(
    private readonly scope: Construct,
    private readonly props: RouterProps,
  ) {
    const { retire, approval } = props;
    this.retiring = retire === undefined ? [] : [...approveRetirement(scope, approval), retire];
  }

  public route(): IChainable {
    const { graph, errands, record } = this.props;
    const recover = Pass.jsonata(this.scope, 'Resume the interrupted execution', {
      assign: {
        goal: 'recover',
        from: expression('$lookup($sides, $journal.from)'),
        to: expression('$lookup($sides, $journal.to)'),
        failure: expression(
          jsonata`
            {'phase': $journal.phase, 'error': 'Interrupted', 'cause': 'Execution ' & $journal.execution
            & ' was ended here'}
          `,
        ),
      },
    });
    recover.next(graph.takeUp());

    const choice = Choice.jsonata(this.scope, 'Route the request')
      .when(
        is(`$journal.version > ${JOURNAL_VERSION}`),
        this.refuse(
          'Refuse a newer journal',
          'NewerJournal',
          jsonata`
            'The journal is of version ' & $journal.version & ', and this definition knows none after
            ${JOURNAL_VERSION}: deploy the version of cdk-cutover that wrote it, or a later one.'
          `,
        ),
      )
      .when(
        this.asks('recover', `$journal.phase = 'settled'`),
        graph.endings.finish('Nothing to recover', 'recovered', '$activeSide'),
      )
      .when(this.asks('recover'), recover)
      .when(
        is(`$journal.phase != 'settled'`),
        this.refuse(
          'Refuse an unsettled journal',
          'Unfinished',
          jsonata`
            'The journal says that ' & $journal.execution & ' ended in ' & $journal.phase
            & '. Start {"action":"recover"} first.'
          `,
        ),
      )
      .when(
        is(`$activeSide = 'both' or $activeSide = 'nobody'${record.viaRelay === true ? OR_RELAY : ''}`),
        this.refuse(
          'Refuse a changed DNS record',
          'RecordNotWhole',
          jsonata`
            'The record serves ' & $activeSide & ' (weights ' & $string($weights) & '). It must serve blue or green
            alone: deploy the migration stack, or set the weights to 100 and 0.'
          `,
        ),
      );
    const { start, startRollback } = graph;
    if (start !== undefined && startRollback !== undefined) this.routeClients(choice, start, startRollback);
    for (const errand of errands) {
      const direction = this.direction(`Set direction: ${errand.action}`, errand.action, graph.errand(errand));
      choice.when(this.asks(errand.action, `$activeSide = 'blue'`), direction);
    }
    return choice.otherwise(
      this.refuse(
        'Refuse an action with nothing to do',
        'NothingToDo',
        `$states.context.Execution.Input.action & ' was asked for, but ' & $activeSide & ' serves.'`,
      ),
    );
  }

  private routeClients(choice: Choice, start: IChainable, startRollback: IChainable): void {
    const { lost } = this.props;
    choice
      .when(
        this.asks('preflight', 'ask' in lost ? 'true' : `$activeSide = 'blue'`),
        this.direction('Set direction: to the other side', 'preflight', start),
      )
      .when(this.asks('cutover', `$activeSide = 'blue'`), this.direction(TO_GREEN, 'cutover', start))
      .when(
        this.asks('rollback', `$activeSide = 'green'`),
        'rollbackUnsupported' in lost
          ? this.refuse('Refuse an unsupported rollback', 'RollbackUnsupported', literal(lost.rollbackUnsupported))
          : this.direction(TO_BLUE, 'rollback', startRollback),
      )
      .when(this.asks('retire', `$activeSide = 'green'`), this.retire());
  }

  private direction(name: string, goal: string, next: IChainable): IChainable {
    const state = Pass.jsonata(this.scope, name, {
      assign: {
        goal,
        from: expression('$lookup($sides, $activeSide)'),
        to: expression(`$lookup($sides, $activeSide = 'blue' ? 'green' : 'blue')`),
      },
    });
    state.next(next);
    return state;
  }

  private retire(): IChainable {
    const { graph, retire, refused } = this.props;
    if (retire === undefined)
      throw new ValidationError('A migration that moves clients needs a way to retire the side they left.');
    const state = Pass.jsonata(this.scope, 'Set direction: retire blue', {
      assign: { goal: 'retire', from: expression('$sides.blue'), to: expression('$sides.green') },
    });
    const attempts = this.retiring.map((phase) => graph.attempt(phase, refused));
    return inOrder(state, ...attempts, graph.endings.finish('Blue is retired', 'retired', '$to.side'));
  }

  private refuse(name: string, error: string, cause: string): IChainable {
    const state = Pass.jsonata(this.scope, name, {
      assign: { failure: expression(`{'phase': 'Look around', 'error': '${error}', 'cause': ${cause}}`) },
    });
    state.next(this.props.refused);
    return state;
  }

  private asks(action: string, and = 'true'): Condition {
    return is(`$states.context.Execution.Input.action = '${action}' and ${and}`);
  }
}
