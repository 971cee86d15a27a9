import { Choice, type Condition, type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { JobPhase } from '../../../contract/batch-migration';
import { RECOVERY_NEEDED } from '../../cutover/machine/recovery-needed';
import { awsCall } from '../../cutover/states/aws-call';
import { expression, literal } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import type { SourceFacts } from './handover-documents';
import { JOURNAL_VERSION } from './job-journal';
import { managed, WITH_BLUE } from './job-preflight';
import type { JobProof } from './job-proof';
import type { JobSteps } from './job-steps';
import type { ToBlue } from './to-blue';
import type { ToGreen } from './to-green';

export const ACTIONS = ['preflight', 'cutover', 'rollback', 'retire', 'recover', 'look'] as const;

/** Where executions can go. */
export interface JobParts {
  readonly blue: ToBlue;
  readonly green: ToGreen;
  readonly proof: JobProof;
  readonly preflight: IChainable;
}

/** Whether an execution was asked for the action, and all else is so. */
export function asks(action: (typeof ACTIONS)[number], and = 'true'): Condition {
  return is(`$states.context.Execution.Input.action = '${action}' and ${and}`);
}

/** Sends an execution where its action and the journal say. */
export class JobRouter {
  /** @param source how blue is looked up, where its ID is not known */
  constructor(
    private readonly steps: JobSteps,
    private readonly source: SourceFacts | undefined,
  ) {}

  public route(parts: JobParts): IChainable {
    const { blue, proof, preflight } = parts;
    const { endings } = this.steps;
    const refuse = (name: string, error: string, cause: string) => endings.failure(name, error, cause, endings.refused);
    const choice = Choice.jsonata(this.steps.scope, 'Route the request')
      .when(
        is(`$journal.version > ${JOURNAL_VERSION}`),
        refuse(
          'Refuse a newer journal',
          'NewerJournal',
          literal(
            'its journal is of a later version: deploy the version of cdk-cutover that wrote it, or a later one.',
          ),
        ),
      )
      .when(asks('recover', `$journal.phase = 'settled'`), endings.nothingToDo)
      .when(asks('recover'), this.recover(parts))
      .when(
        is(`$journal.phase != 'settled'`),
        refuse(
          'Refuse an unsettled journal',
          'Unfinished',
          `'execution ' & $journal.execution & ' ended in ' & $journal.phase & '. Start {"action":"recover"} first.'`,
        ),
      )
      .when(asks('preflight'), preflight)
      .when(asks('cutover', `$journal.side = 'blue'`), preflight)
      .when(asks('cutover'), endings.nothingToDo)
      .when(asks('rollback', `$journal.side = 'blue'`), endings.nothingToDo)
      .when(
        is(`$states.context.Execution.Input.action = 'rollback' and $journal.lineRetired = true`),
        refuse(
          'Refuse a rollback without a line',
          'Refused',
          literal('its line is taken off blue, so that there is no rollback. Take the comment away there by hand.'),
        ),
      )
      .when(
        asks('rollback', `$journal.side = 'none'`),
        this.findBlue('Find blue for the end of the pause', blue.fromPause),
      )
      .when(asks('rollback'), this.findBlue('Find blue for the rollback', this.askedFor(blue.fromGreen)))
      .when(asks('look', `$journal.side = 'green' and $journal.state in ['moved', 'proving']`), proof.look)
      .when(
        asks('look', `$journal.state = 'paused' and $millis() >= $toMillis($journal.lookAt)`),
        this.findBlue('Find blue after the pause', proof.retire),
      )
      .when(asks('look'), endings.nothingToDo)
      .when(
        is(
          jsonata`
            $not($journal.lineRetired = true) and ($journal.state = 'proved'
            or ($journal.state = 'paused' and $millis() >= $toMillis($journal.lookAt)))
          `,
        ),
        this.findBlue('Find blue for the retirement', proof.retire),
      );
    return choice.otherwise(
      refuse(
        'Refuse a retirement too early',
        'Refused',
        jsonata`
          'it is ' & $journal.state & '. What is proved on green can be retired, and what has been paused'
          & ($journal.state = 'paused' ? ' until ' & $journal.lookAt : ' for its time') & '.'
        `,
      ),
    );
  }

  private askedFor(next: IChainable): Pass {
    const state = Pass.jsonata(this.steps.scope, 'A rollback was asked for', {
      assign: { goal: 'rollback', failure: { error: 'none', cause: 'A rollback was asked for' } },
      outputs: {},
    });
    state.next(next);
    return state;
  }

  private recover({ blue, green, proof }: JobParts): IChainable {
    const routes: Readonly<Record<Exclude<JobPhase, 'settled'>, IChainable>> = {
      guarding: blue.handBack,
      enabling: green.enabling,
      owing: green.owing,
      closing: blue.reopen,
      reopening: blue.reopening,
      returning: blue.returning,
      retiring: proof.retiring,
    };
    const choice = Choice.jsonata(this.steps.scope, 'Where does the recovery go on?');
    for (const [phase, next] of Object.entries(routes)) choice.when(is(`$journal.phase = '${phase}'`), next);
    choice.otherwise(this.steps.endings.recoveryNeeded);
    const resume = Pass.jsonata(this.steps.scope, 'Resume the interrupted execution', {
      assign: {
        goal: expression('$journal.goal'),
        failure: expression(
          jsonata`
            {'error': 'Interrupted', 'cause': $exists($journal.cause) and $journal.cause != '' ? $journal.cause
            : 'Execution ' & $journal.execution & ' was ended in ' & $journal.phase}
          `,
        ),
      },
      outputs: {},
    });
    resume.next(this.findBlue('Find blue for the recovery', choice));
    return resume;
  }

  /** Of a host that is known by its tags the ID is looked up, wherever it is not the preflight's. */
  private findBlue(name: string, next: IChainable): IChainable {
    if (this.source === undefined) return next;
    const { filters, said } = this.source;
    const find = this.taskOf(name, filters);
    const lost = this.steps.endings.failure(
      `${name}: there is not one`,
      RECOVERY_NEEDED,
      `'Systems Manager does not know one host as ' & ${said} & '.'`,
      Choice.jsonata(this.steps.scope, `${name}: is anything unfinished?`)
        .when(is(`$journal.phase = 'settled'`), this.steps.endings.refused)
        .otherwise(this.steps.endings.recoveryNeeded),
    );
    find.addCatch(lost, { errors: ['States.ALL'] });
    find.next(
      Choice.jsonata(this.steps.scope, `${name}: is there one?`).when(is(`$hosts.blue = ''`), lost).otherwise(next),
    );
    return find;
  }

  private taskOf(name: string, filters: string) {
    return awsCall(this.steps.scope, name, {
      ...managed(filters),
      assign: { hosts: expression(WITH_BLUE) },
      outputs: {},
    });
  }
}
