import type { ICheck } from '../cutover/check';
import { type ConfirmCheckProps, confirm } from './confirm';
import { type CommandCheckProps, command } from './hosts/command';
import { type HttpCheckProps, http } from './http/http';
import { ownStateMachine, type StateMachineCheckProps } from './own-state-machine';

/** The kinds of checks by which it is known that applications are well on the new side. */
export class Check {
  /**
   * A request, e.g. a page or a log-in: sent by the migration host, inside the VPC, which resolves names anew as clients do;
   * or by the state machine over an EventBridge connection, which keeps credentials.
   *
   * @param props the request, and the answer that says that all is well
   */
  public static http(props: HttpCheckProps): ICheck {
    return http(props);
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
