import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass, type TaskStateBase, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../states/aws-call';
import { expression, literal } from '../states/expression';
import { is } from '../states/is';
import { jsonata } from '../states/jsonata';
import { REDRIVEN } from '../states/once';
import { type LockParameter, linkBelow } from './lock-link';

export interface LockRoutes {
  /** Where to go on with the lock in hand. */
  readonly taken: IChainable;
  /** Where to go without it; `$failure` says why. */
  readonly refused: IChainable;
}

const MINE = '$states.context.Execution.Id';
const CAUGHT = `{'phase': 'Lock', 'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause}`;
const NOBODY = 'nobody';
/** JSONata: the holder that a parameter names, and since when. */
const HOLDER_FOUND = jsonata`
  $merge([$parse($states.result.Parameters[0].Value), {'since': $states.result.Parameters[0].LastModifiedDate}])
`;

/** Of an execution that has ended, Step Functions may say for a while that it runs. */
const SECONDS_BETWEEN_LOOKS = 10;
const LOOKS = { recover: 12, others: 3 } as const;
/** Of one that has just begun it may know nothing yet; of one that ended 90 days ago it knows nothing any more. */
const HAS_LONG_BEGUN = Duration.days(1);
/** JSONata: a status that no execution leaves. */
const OVER = `['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']`;
const TRIES = 10;
/** Longer than anything that was read can be old. */
const NOBODY_WALKS_THERE = Duration.hours(1);

/**
 * One execution at a time. The executions that had the lock make a chain: anyone who wants it creates the parameter that is
 * named after the last of them, which only one can, and only once that one has ended. So there is nothing to give back,
 * nobody can take another's, and no name is deleted that is to be created again. That a holder changed something and did
 * not put it back, the journal says, not the lock.
 *
 * Nothing that was read has to be current. A chain that is read short ends in a name that exists already. An answer that
 * is lost of a creation is found by looking again. An execution that reads as running is asked after for a while.
 *
 * @see docs/aws-facts.md#ssm-create-once
 * @see docs/aws-facts.md#ssm-recreate-after-30-s
 * @see docs/aws-facts.md#ssm-reads-lag
 * @see docs/aws-facts.md#sfn-describe-execution-lags
 */
export class Lock {
  /** Names of the states that write it. */
  public readonly writes: string[] = [];

  constructor(
    private readonly scope: Construct,
    /** Who had the lock last, as far as that was noted: where the chain is looked into. */
    private readonly parameter: LockParameter,
    /** ARNs of this migration's executions. */
    private readonly executionArns: string,
  ) {}

  public take(routes: LockRoutes): IChainable {
    const begin = this.readNoted();
    const walk = this.readNext();
    const ask = this.askAfterLast();
    const wait = this.wait('Wait for the lock', SECONDS_BETWEEN_LOOKS);
    const take = this.create();
    const again = this.wait('Wait out a concurrent takeover', 2);
    const note = this.note();
    const forget = this.forget();
    const busy = this.refusal(routes);
    const caught = { errors: ['States.ALL'], assign: { failure: expression(CAUGHT) } };

    begin.addCatch(routes.refused, caught);
    walk.addCatch(routes.refused, caught);
    begin.next(walk);
    walk.next(
      this.choice('Has another execution taken the lock?')
        // The answer to our own creation was lost.
        .when(is(`$next != ${literal(NOBODY)} and $next.execution = ${MINE}`), note)
        .when(is(`$next != ${literal(NOBODY)}`), walk, {
          assign: { last: expression('$next'), walked: expression('$walked + 1') },
        })
        .when(is(`$last.execution = ${literal(NOBODY)}`), take)
        .otherwise(ask),
    );
    const free = this.choice('Is the lock free?')
      .when(
        is(
          jsonata`
            $lastStatus = 'UNKNOWN' ? $millis() - $toMillis($last.since) > ${HAS_LONG_BEGUN.toMilliseconds()}
            : $lastStatus in ${OVER}
          `,
        ),
        take,
      )
      .when(
        is(`$looks < ($states.context.Execution.Input.action = 'recover' ? ${LOOKS.recover} : ${LOOKS.others})`),
        wait,
        { assign: { looks: expression('$looks + 1') } },
      )
      .otherwise(busy);
    ask.addCatch(free, { errors: ['Sfn.ExecutionDoesNotExistException'], assign: { lastStatus: 'UNKNOWN' } });
    // Anyone who could not be asked after may be running.
    ask.addCatch(free, { errors: ['States.ALL'], assign: { lastStatus: expression('$states.errorOutput.Error') } });
    ask.next(free);
    wait.next(walk);
    // Somebody else was faster, or the answer was lost.
    const tries = this.choice('Try for the lock again?')
      .when(is(`$not(${REDRIVEN}) and $tries < ${TRIES}`), again, { assign: { tries: expression('$tries + 1') } })
      .otherwise(routes.refused);
    take.addCatch(tries, caught);
    again.next(walk);
    take.next(note);
    const tidy = this.choice('Is there a stale lock link?')
      .when(
        is(
          jsonata`
            $walked = 0 and $last.execution != ${literal(NOBODY)}
            and $millis() - $toMillis($last.since) > ${NOBODY_WALKS_THERE.toMilliseconds()}
          `,
        ),
        forget,
      )
      .otherwise(routes.taken);
    // A note spares the next ones a walk, and no more.
    note.addCatch(tidy, { errors: ['States.ALL'] });
    note.next(tidy);
    forget.addCatch(routes.taken, { errors: ['States.ALL'] });
    forget.next(routes.taken);
    return begin;
  }

  private readNoted(): TaskStateBase {
    return this.read('Read the last lock holder', this.parameter.field, {
      last: expression(
        jsonata`
          $count($states.result.Parameters) = 0 ? {'execution': ${literal(NOBODY)}, 'link': 'none', 'since': $now()}
          : ${HOLDER_FOUND}
        `,
      ),
      walked: 0,
      looks: 0,
      tries: 0,
    });
  }

  private readNext(): TaskStateBase {
    return this.read('Read the next lock holder', expression(this.nextLink()), {
      next: expression(
        jsonata`
          $count($states.result.Parameters) = 0 ? ${literal(NOBODY)} : ${HOLDER_FOUND}
        `,
      ),
    });
  }

  private read(name: string, parameter: string, assign: Record<string, unknown>): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'ssm:getParameters',
      parameters: { Names: [parameter] },
      iamAction: 'ssm:GetParameters',
      resources: this.arns(),
      wildcard: 'A link of the lock is named after the execution that had it before.',
      assign,
      outputs: {},
    });
  }

  private create(): TaskStateBase {
    return this.put('Take the lock', {
      name: expression(this.nextLink()),
      overwrite: false,
      description: 'The execution that had this migration after another one.',
      comment: 'Of all who try, one creates it.',
    });
  }

  private note(): TaskStateBase {
    return this.put('Save the lock holder', {
      name: this.parameter.field,
      overwrite: true,
      description: 'The execution that had this migration last.',
      comment: 'Where the next ones begin to look.',
    });
  }

  private put(
    name: string,
    parameter: {
      readonly name: string;
      readonly overwrite: boolean;
      readonly description: string;
      readonly comment: string;
    },
  ): TaskStateBase {
    this.writes.push(name);
    return awsCall(this.scope, name, {
      call: 'ssm:putParameter',
      comment: parameter.comment,
      parameters: {
        Name: parameter.name,
        Description: parameter.description,
        Type: 'String',
        Overwrite: parameter.overwrite,
        Value: expression(`$string({'execution': ${MINE}, 'link': ${this.nextLink()}})`),
      },
      iamAction: 'ssm:PutParameter',
      resources: this.arns(),
      wildcard: 'A link of the lock is named after the execution that had it before.',
      outputs: {},
    });
  }

  private forget(): TaskStateBase {
    const name = 'Delete the stale lock link';
    this.writes.push(name);
    return awsCall(this.scope, name, {
      call: 'ssm:deleteParameters',
      comment: 'For an hour every execution has begun to look behind it. No other execution will need its name.',
      parameters: { Names: [expression('$last.link')] },
      iamAction: 'ssm:DeleteParameters',
      resources: [this.linkArns],
      wildcard: 'A link of the lock is named after the execution that had it before.',
      outputs: {},
      attempts: 0,
    });
  }

  private askAfterLast(): TaskStateBase {
    return awsCall(this.scope, 'Describe the execution of the last holder', {
      call: 'sfn:describeExecution',
      parameters: { ExecutionArn: expression('$last.execution') },
      iamAction: 'states:DescribeExecution',
      resources: [this.executionArns],
      wildcard: 'An execution is named when it is started.',
      assign: { lastStatus: expression('$states.result.Status') },
      outputs: {},
    });
  }

  private refusal(routes: LockRoutes): Pass {
    const state = Pass.jsonata(this.scope, 'Refuse while another execution runs', {
      assign: {
        failure: expression(
          jsonata`
            {'phase': 'Lock', 'error': 'Busy', 'cause': $lastStatus in ['RUNNING', 'UNKNOWN'] ? 'Execution '
            & $last.execution & ' of this migration is running. Wait for it, or stop it: what it changed is then put
            back by itself.' : 'Nobody can tell whether execution ' & $last.execution
            & ' of this migration is over: DescribeExecution said ' & $lastStatus & '. Mend that, and start again.'}
          `,
        ),
      },
    });
    state.next(routes.refused);
    return state;
  }

  private wait(name: string, seconds: number): Wait {
    return Wait.jsonata(this.scope, name, { time: WaitTime.duration(Duration.seconds(seconds)) });
  }

  private nextLink(): string {
    return linkBelow(this.parameter.folder, '$last.execution');
  }

  private arns(): string[] {
    return [this.parameter.arn, this.linkArns];
  }

  private get linkArns(): string {
    return `${this.parameter.arn}/*`;
  }

  private choice(name: string): Choice {
    return Choice.jsonata(this.scope, name);
  }
}
