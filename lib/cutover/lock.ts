import { Duration } from 'aws-cdk-lib';
import { Choice, type IChainable, Pass, type TaskStateBase, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from './aws-call';
import { expression } from './expression';
import { is } from './is';
import { parameterArn } from './journal';
import { parameterName } from './migration-name';

export interface LockRoutes {
  /** Where to go on with the lock in hand. */
  readonly taken: IChainable;
  /** Where to go without it; `$failure` says why. */
  readonly refused: IChainable;
}

const MINE = '$states.context.Execution.Id';
const CAUGHT = `{'phase': 'Lock', 'error': $states.errorOutput.Error, 'cause': $states.errorOutput.Cause}`;

/**
 * One execution at a time. The lock is an SSM parameter, because `PutParameter` without `Overwrite` is a thing that
 * only one of two can win. Only `recover` may take over the lock of an execution that is no longer running.
 */
export class Lock {
  private readonly name: string;
  private readonly arn: string;

  constructor(
    private readonly scope: Construct,
    migrationName: string,
    /** ARNs of this migration's executions. */
    private readonly executionArns: string,
  ) {
    this.name = parameterName(migrationName, 'lock');
    this.arn = parameterArn(scope, this.name);
  }

  public take(routes: LockRoutes): IChainable {
    const take = this.put('Take the lock', false);
    const holder = this.readHolder('Read who holds the lock');
    const ask = this.askAfterHolder();
    const takeOver = this.put('Take over the lock', true);
    const rival = Wait.jsonata(this.scope, 'Leave a rival time to take it over too', {
      time: WaitTime.duration(Duration.seconds(2)),
    });
    const reread = this.readHolder('Read who holds the lock now');
    const busy = this.refusal(
      'Refuse while another runs',
      'Busy',
      `'Execution ' & $holder & ' of this migration is running. Wait for it, or stop it: what it changed is then put back by itself.'`,
      routes,
    );
    const unfinished = this.refusal(
      'Refuse after an unfinished run',
      'Unfinished',
      `'Execution ' & $holder & ' ended before everything was put back. Start {"action":"recover"} first.'`,
      routes,
    );
    const alive = this.choice('Is the holder of the lock alive?')
      .when(is(`$holderStatus = 'RUNNING'`), busy)
      .when(is(`$states.context.Execution.Input.action != 'recover'`), unfinished)
      .otherwise(takeOver);

    take.next(routes.taken);
    take.addCatch(holder, { errors: ['States.ALL'], assign: { failure: expression(CAUGHT) } });
    holder.addCatch(routes.refused, { errors: ['States.ALL'], assign: { failure: expression(CAUGHT) } });
    holder.next(
      this.choice('Who holds the lock?')
        // The answer to our own request was lost, and the retry met our own lock.
        .when(is(`$holder = ${MINE}`), routes.taken)
        .when(is(`$holder = ''`), routes.refused)
        .otherwise(ask),
    );
    // Step Functions forgets executions after 90 days.
    ask.addCatch(alive, { errors: ['States.ALL'], assign: { holderStatus: 'FORGOTTEN' } });
    ask.next(alive);
    takeOver.addCatch(busy, { errors: ['States.ALL'] });
    takeOver.next(rival).next(reread);
    reread.addCatch(busy, { errors: ['States.ALL'] });
    reread.next(
      this.choice('Did we get the lock?')
        .when(is(`$holder = ${MINE}`), routes.taken)
        .otherwise(busy),
    );
    return take;
  }

  /** Asks by DeleteParameters, for which a missing parameter is no error. */
  public release(name: string): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'ssm:deleteParameters',
      parameters: { Names: [this.name] },
      iamAction: 'ssm:DeleteParameters',
      resources: [this.arn],
      outputs: {},
    });
  }

  private put(name: string, overwrite: boolean): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'ssm:putParameter',
      parameters: {
        Name: this.name,
        Description: 'The execution that holds this migration. Removed when it ends.',
        Type: 'String',
        Overwrite: overwrite,
        Value: expression(MINE),
      },
      iamAction: 'ssm:PutParameter',
      resources: [this.arn],
      outputs: {},
    });
  }

  private readHolder(name: string): TaskStateBase {
    return awsCall(this.scope, name, {
      call: 'ssm:getParameters',
      parameters: { Names: [this.name] },
      iamAction: 'ssm:GetParameters',
      resources: [this.arn],
      assign: {
        holder: expression(`$count($states.result.Parameters) = 0 ? '' : $states.result.Parameters[0].Value`),
      },
      outputs: {},
    });
  }

  private askAfterHolder(): TaskStateBase {
    return awsCall(this.scope, 'Ask after the holder of the lock', {
      call: 'sfn:describeExecution',
      parameters: { ExecutionArn: expression('$holder') },
      iamAction: 'states:DescribeExecution',
      resources: [this.executionArns],
      wildcard: 'An execution is named when it is started.',
      assign: { holderStatus: expression('$states.result.Status') },
      outputs: {},
    });
  }

  private refusal(name: string, error: string, cause: string, routes: LockRoutes): Pass {
    const state = Pass.jsonata(this.scope, name, {
      assign: { failure: expression(`{'phase': 'Lock', 'error': '${error}', 'cause': ${cause}}`) },
    });
    state.next(routes.refused);
    return state;
  }

  private choice(name: string): Choice {
    return Choice.jsonata(this.scope, name);
  }
}
