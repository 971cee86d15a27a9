import { Choice, Fail, type IChainable, Pass, Succeed } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { RECOVERY_NEEDED } from '../../cutover/machine/recovery-needed';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { asItHadEnded, REDRIVEN } from '../../cutover/states/once';

/** Errors with which an execution ends on purpose: the job is where the cause says. */
export const DELIBERATE_OF_JOBS = [
  'Busy',
  'NewerJournal',
  'PreflightFailed',
  'Refused',
  'SentBackToBlue',
  'StaysOnBlue',
  'StaysOnGreen',
  'Unfinished',
  'UnknownRequest',
] as const;

const WHERE = jsonata`
  $lookup({'blue': 'on blue', 'green': 'on green', 'none': 'paused on blue: nobody runs it'},
  $journal.side)
`;

/** JSONata: whether the execution takes up another one's work. */
export const RECOVERS = `$states.context.Execution.Input.action = 'recover'`;

/** JSONata text: for how many slots nobody starts anything, and which they are; of many the newest. */
const LEFT_OUT = jsonata`
  ($leftOut.count = 0 ? '' : ' Nothing was started for ' & $string($leftOut.count) & ' of its slots'
  & ($count($leftOut.slots) = 0 ? ''
  : ($count($leftOut.slots) < $leftOut.count ? ', the newest ' : ': ') & $join($leftOut.slots, ', ')) & '.')
`;

/** How an execution of one job ends. Each says where the job is. */
export class JobEndings {
  /** Names of them. */
  public readonly names: string[] = [];
  /** By the goal, once the job is green's, or nobody's, and once it is blue's. */
  public readonly onGreen: IChainable;
  public readonly onBlue: IChainable;
  public readonly paused: IChainable;
  public readonly retired: IChainable;
  public readonly proved: IChainable;
  public readonly proving: IChainable;
  public readonly preflightPassed: IChainable;
  /** Where what is asked for is so already. */
  public readonly nothingToDo: IChainable;
  /** With `$failure`: nothing was changed. */
  public readonly refused: IChainable;
  /** With `$failure`: nobody can tell where the job is, or slots are not made up for. The journal is not settled. */
  public readonly recoveryNeeded: IChainable;
  public readonly unknownRequest: IChainable;

  /** @param redriven where an execution leads that was redriven */
  constructor(
    private readonly scope: Construct,
    redriven: IChainable,
  ) {
    const recovered = this.succeed('Recovered', 'recovered');
    const pausedNow = this.succeed('Paused on blue', 'paused');
    this.paused = this.choice('Was it paused by a recovery?').when(is(RECOVERS), recovered).otherwise(pausedNow);
    this.retired = this.succeed('Retired on blue', 'retired');
    this.proved = this.succeed('Proved on green', 'proved');
    this.proving = this.succeed('Still proving on green', 'proving');
    this.preflightPassed = this.succeed('Preflight passed', 'preflightPassed');
    this.nothingToDo = this.succeed('Nothing to do', 'nothingToDo');
    this.onGreen = this.choice('Why is it on green?')
      .when(is(RECOVERS), recovered)
      .when(is(`$journal.goal = 'cutover'`), this.succeed('Moved to green', 'moved'))
      .otherwise(this.fail('Stays on green', 'StaysOnGreen', '$journal.cause'));
    this.onBlue = this.choice('Why is it on blue?')
      .when(is(RECOVERS), recovered)
      .when(is(`$journal.goal = 'rollback'`), this.succeed('Returned to blue', 'returned'))
      .when(is(`$journal.goal = 'sendBack'`), this.fail('Sent back to blue', 'SentBackToBlue', '$journal.cause'))
      .otherwise(this.fail('Stays on blue', 'StaysOnBlue', '$journal.cause'));
    this.refused = this.choice('Is it a redriven execution that is refused?')
      .when(is(REDRIVEN), redriven)
      .otherwise(this.fail('Refused', expression('$failure.error'), '$failure.cause', `' -- Nothing was changed.'`));
    this.recoveryNeeded = this.fail(
      'Recovery needed',
      RECOVERY_NEEDED,
      `$journal.phase & ': ' & $failure.cause`,
      `' -- No slot is started twice, and some may wait. {"action":"recover"} goes on, and is started every five minutes by itself.'`,
    );
    this.unknownRequest = this.fail(
      'Unknown request',
      'UnknownRequest',
      jsonata`
        'Got ' & $string($states.input) & '. Accepted is {"action": A, "job": J} with A one of preflight, cutover,
        rollback, retire, recover, look, and J one of ' & $join($keys($jobs), ', ') & ', and nothing else'
      `,
      `'. Nothing was changed.'`,
    );
  }

  /** Leads to `next`, with `$failure` saying what happened. */
  public failure(name: string, error: string, cause: string, next: IChainable): Pass {
    const state = Pass.jsonata(this.scope, name, {
      assign: { failure: expression(`{'error': '${error}', 'cause': ${cause}}`) },
      outputs: {},
    });
    state.next(next);
    return state;
  }

  private succeed(name: string, outcome: string): Succeed {
    this.names.push(name);
    return Succeed.jsonata(this.scope, name, {
      outputs: expression(
        jsonata`
          $merge([{'job': $job.name, 'outcome': '${outcome}', 'side': $journal.side, 'state': $journal.state},
          $exists($journal.provingUntil) ? {'provingUntil': $journal.provingUntil} : {},
          $count($told) > 0 ? {'told': $told} : {},
          $leftOut.count > 0 ? {'leftOut': [$leftOut.slots], 'leftOutCount': $leftOut.count} : {}])
        `,
      ),
    });
  }

  private fail(name: string, error: string, cause: string, then?: string): Fail {
    this.names.push(name);
    const where = then ?? `' -- It is ' & ${WHERE} & '.' & ${LEFT_OUT}`;
    const said = `${asItHadEnded('where the job is now')} & $job.name & ': ' & ${cause} & ${where}`;
    return Fail.jsonata(this.scope, name, {
      error,
      cause: expression(name === 'Unknown request' ? `${cause} & ${where}` : said),
    });
  }

  private choice(name: string): Choice {
    return Choice.jsonata(this.scope, name);
  }
}
