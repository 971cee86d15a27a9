import type { ICheck } from './check-kind';
import { type CanaryCheckProps, canary } from './cloudwatch/canary';
import { type LogLinesCheckProps, logLines } from './cloudwatch/log-lines';
import { type MetricCheckProps, metric } from './cloudwatch/metric';
import { type ConfirmCheckProps, confirm } from './confirm';
import { type CommandCheckProps, command } from './hosts/command';
import { type HttpCheckProps, http } from './http/http';
import { type KeysAppearCheckProps, keysAppear } from './keys-appear';
import { ownStateMachine, type StateMachineCheckProps } from './own-state-machine';
import { type QueryCheckProps, query } from './query';

/** The kinds of checks by which it is known that applications are well on the new side. */
export class Check {
  /**
   * A request, e.g. a page or a log-in: sent by the migration host, inside the VPC, which resolves names again as clients do;
   * or by the state machine over an EventBridge connection, which keeps credentials.
   *
   * @param props the request, and the answer that says that all is well
   */
  public static http(props: HttpCheckProps): ICheck {
    return http(props);
  }

  /**
   * Lines of a log, e.g. the end of a batch: written since clients left the other side.
   *
   * @param props the log group, and what the lines are like
   */
  public static logLines(props: LogLinesCheckProps): ICheck {
    return logLines(props);
  }

  /**
   * A metric of CloudWatch, e.g. log-ins a minute: in a whole period since clients left the other side.
   *
   * @param props the metric, and what it is compared with
   */
  public static metric(props: MetricCheckProps): ICheck {
    return metric(props);
  }

  /**
   * A canary of CloudWatch Synthetics: its latest run that has begun since clients left the other side has passed.
   *
   * @param props the canary
   */
  public static canary(props: CanaryCheckProps): ICheck {
    return canary(props);
  }

  /**
   * Keys that applications write into a cache appear on the side that serves.
   *
   * @param props what the keys are called, and how many there must be
   */
  public static keysAppear(props: KeysAppearCheckProps): ICheck {
    return keysAppear(props);
  }

  /**
   * A query that only reads, on the side of a database that serves: it has as many rows, or the value, that it should.
   *
   * @param props the query, and what it must answer
   */
  public static query(props: QueryCheckProps): ICheck {
    return query(props);
  }

  /**
   * Anything that a state machine of your own finds out. It is started and waited for, and says `{"passed": true}`.
   *
   * @param props the state machine
   */
  public static stateMachine(props: StateMachineCheckProps): ICheck {
    return ownStateMachine(props);
  }

  /**
   * A command of your own on EC2 instances that Systems Manager manages: it ends with 0 on every one of them.
   *
   * @param props the command, and the instances
   */
  public static command(props: CommandCheckProps): ICheck {
    return command(props);
  }

  /**
   * A person looks, and says yes or no: `cutover confirm NAME CHECK`, or `--no REASON`. No answer is a no.
   *
   * @param props what to look at
   */
  public static confirm(props: ConfirmCheckProps): ICheck {
    return confirm(props);
  }

  private constructor() {}
}
