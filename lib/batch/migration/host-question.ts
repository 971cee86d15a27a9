import { ArnFormat, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Choice, type IChainable, Pass, Wait, WaitTime } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { awsCall } from '../../cutover/states/aws-call';
import { expression } from '../../cutover/states/expression';
import { is } from '../../cutover/states/is';
import { jsonata } from '../../cutover/states/jsonata';
import { REDRIVEN, unlessRedriven } from '../../cutover/states/once';
import type { HandoverDocuments } from './handover-documents';

/**
 * A command that no machine has taken by then is taken by none. Seconds; the least that SendCommand accepts.
 *
 * @see docs/aws-facts.md#ssm-command-limits
 */
const DELIVERY_SECONDS = 30;
const SECONDS_BETWEEN_READS = 2;
/** Of one command, until it is sent once more: longer than it can be on its way and at work. */
const MAX_READS = 30;

export interface HostQuestionProps {
  readonly side: 'blue' | 'green';
  /** JSONata: the program's arguments. */
  readonly command: string;
  /** JSONata over `$answer`: it is as it should be. */
  readonly good: string;
  /** JSONata over `$answer`: it never will be. @default - while there is time, it may still become so */
  readonly never?: string;
  /** JSONata: milliseconds, of when it is given up. */
  readonly until: string;
  /** JSONata: seconds between two commands. */
  readonly pause?: string;
  /** Where it leads once it is as it should be. */
  readonly next: IChainable;
  /** Where it leads if that does not come about; `$answer` says why. */
  readonly otherwise: IChainable;
}

/**
 * Has a host do something and say so: a short command, again and again, for an agent works on five at once, and one that waits
 * keeps others from theirs. An answer that is lost, late or doubled does no harm: each command says until when it may be
 * done and of which decision it is, and done twice it has the same answer.
 *
 * @see docs/batch-handover.md
 */
export class HostQuestions {
  constructor(
    private readonly scope: Construct,
    private readonly documents: HandoverDocuments,
    /** Where an execution leads that was redriven: it tells hosts nothing any more. */
    private readonly redriven: IChainable,
  ) {}

  /** Assigns `$answer`, as contract/batch-handover.ts has it; `{"answer": "none", "problem": …}` where there is none. */
  ask(name: string, props: HostQuestionProps): Pass {
    const { scope } = this;
    const { side, command, good, never = 'false', until, pause = '5', next, otherwise } = props;
    const begin = Pass.jsonata(scope, `${name}: note the time`, {
      assign: { askUntil: expression(until), answer: NOTHING, reads: 0 },
      outputs: {},
    });
    const send = this.send(`${name}: send the command`, side, command);
    const wait = this.wait(`${name}: wait for the answer`, String(SECONDS_BETWEEN_READS));
    const read = this.read(`${name}: read the answer`, side);
    const again = this.wait(`${name}: wait before asking again`, pause);
    const judge = Choice.jsonata(scope, `${name}: what is the answer?`, {
      assign: { reads: expression('$reads + 1') },
    })
      .when(is(REDRIVEN), this.redriven)
      .when(is(`$answer.answer = 'pending' and $reads < ${MAX_READS}`), wait, {
        assign: { reads: expression('$reads + 1') },
      })
      .when(is(good), next)
      .when(is(`(${never}) or $millis() > $askUntil`), otherwise)
      .otherwise(again);
    const unsent = {
      errors: ['States.ALL'],
      assign: {
        answer: expression(
          `{'answer': 'none', 'problem': $states.errorOutput.Error & ': ' & $states.errorOutput.Cause}`,
        ),
      },
    };
    send.addCatch(judge, unsent);
    read.addCatch(judge, {
      errors: ['States.ALL'],
      assign: {
        answer: expression(
          `{'answer': 'pending', 'problem': $states.errorOutput.Error & ': ' & $states.errorOutput.Cause}`,
        ),
      },
    });
    begin.next(send);
    send.next(wait);
    wait.next(read);
    read.next(judge);
    again.next(send);
    return begin;
  }

  private send(name: string, side: 'blue' | 'green', command: string) {
    const { document, instances, conditions } = this.documents[side];
    return awsCall(this.scope, name, {
      call: 'ssm:sendCommand',
      parameters: {
        DocumentName: document,
        InstanceIds: [expression(`$hosts.${side}`)],
        Parameters: { arguments: [expression(command)] },
        TimeoutSeconds: DELIVERY_SECONDS,
      },
      iamAction: 'ssm:SendCommand',
      resources: [this.arn('document', document)],
      ...(conditions !== undefined && { wildcard: 'The instance is known by its tags, which the statement names.' }),
      alsoAllowed: [
        new PolicyStatement({
          actions: ['ssm:SendCommand'],
          resources: instances,
          ...(conditions !== undefined && { conditions }),
        }),
      ],
      assign: { command: expression('$states.result.Command.CommandId'), reads: 0, answer: NOTHING },
      outputs: {},
    });
  }

  private read(name: string, side: 'blue' | 'green') {
    const text = '$trim($states.result.StandardOutputContent)';
    const failed = jsonata`
      {'answer': 'none', 'problem': 'The command ' & $command & ' ended as ' & $states.result.StatusDetails & ': '
      & $substring($trim($states.result.StandardErrorContent), -300)}
    `;
    return awsCall(this.scope, name, {
      call: 'ssm:getCommandInvocation',
      parameters: { CommandId: expression('$command'), InstanceId: expression(`$hosts.${side}`) },
      iamAction: 'ssm:GetCommandInvocation',
      // @see docs/aws-facts.md#ssm-list-command-invocations-on-everything
      resources: ['*'],
      wildcard: 'GetCommandInvocation knows no resources.',
      assign: {
        answer: expression(
          jsonata`
            $states.result.Status in ['Pending', 'InProgress', 'Delayed', 'Cancelling']
            ? {'answer': 'pending', 'problem': 'No answer came.'}
            : $contains(${text}, /^\\{.*\\}$/) ? $parse(${text})
            : ${failed}
          `,
        ),
      },
      outputs: {},
    });
  }

  private wait(name: string, seconds: string): Wait {
    return Wait.jsonata(this.scope, name, { time: WaitTime.seconds(unlessRedriven(seconds)) });
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this.scope).formatArn({
      service: 'ssm',
      resource,
      resourceName,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}

const NOTHING = { answer: 'none', problem: 'Nothing was asked yet.' };
