import { createHash } from 'node:crypto';
import { Duration } from 'aws-cdk-lib';
import type { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { type IChainable, Pass } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { expression } from '../../cutover/states/expression';
import { inOrder } from '../../cutover/states/in-order';
import { jsonata } from '../../cutover/states/jsonata';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { shellDocument } from '../../workloads/hosts/document';
import { type HostFacts, MAX_INSTANCES, placeOf } from '../../workloads/hosts/host-facts';
import { candidates, online } from '../../workloads/hosts/host-kind';
import { runCommand } from '../../workloads/hosts/run-command';
import { refuseUnless } from '../../workloads/refuse-unless';
import type { CheckKind, CheckProps, CheckStates, ICheck } from '../check-kind';
import { checkOfKind } from '../check-of-kind';

/** Properties of a check that a command on instances makes. */
export interface CommandCheckProps extends CheckProps {
  /** Bash that ends with 0 where all is well. It changes nothing: it may be run again, and on blue beforehand. */
  readonly command: string;

  /**
   * Tags that the instances have, all of them: up to 50 instances. Each must be managed by Systems Manager.
   *
   * @default - `instanceIds`
   */
  readonly instances?: { readonly [tag: string]: string };

  /**
   * The instances by their ids, up to 50.
   *
   * @default - `instances`
   */
  readonly instanceIds?: string[];
}

interface CommandFacts extends Pick<HostFacts, 'document' | 'parameters' | 'ids' | 'tags' | 'filters'> {}

/** Systems Manager may deliver it so much later than it was sent. Seconds. */
const DELIVERY = 120;

export function command(props: CommandCheckProps): ICheck {
  assertStated('CommandCheckProps', props, { command: 'the command that ends with 0 when all is well' });
  const { name, command: script, timeout = Duration.minutes(15) } = props;
  if (script.trim() === '' || script.includes('{{')) {
    throw new ValidationError(
      `command of ${name}: got '${script}'; accepted is Bash without '{{', which Systems Manager takes for a parameter.`,
    );
  }
  // @see docs/aws-facts.md#ssm-shell-script-timeout
  if (timeout.isUnresolved()) {
    throw new ValidationError(
      `timeout of ${name}: got a token; accepted for a command is a plain duration, for it stands in an SSM document. State it in the code.`,
    );
  }
  const { ids, tags, filters } = placeOf(name, props);
  return checkOfKind(props, {
    kind: COMMAND,
    timeout,
    facts: (scope) => ({
      document: documentIn(scope, name, script, timeout).ref,
      parameters: {},
      ids,
      tags,
      filters,
    }),
  });
}

/** The script is the document: another script is another document. */
function documentIn(scope: Construct, name: string, script: string, timeout: Duration): CfnDocument {
  const digest = createHash('sha256').update(`${name} ${timeout.toSeconds()} ${script}`).digest('hex').slice(0, 8);
  const id = `CheckDocument${digest}`;
  return shellDocument(scope, id, `Looks whether ${name} is well, for a cutover.`, {}, scriptOf(script), timeout);
}

function scriptOf(script: string): string {
  return `
case "$action" in
  look)
    (
${script}
    )
    ;;
  *)
    echo "This document does not know the action '$action'."
    exit 64
    ;;
esac
`;
}

/** No host, a host that is not reached and a host that says nothing are failures: it is not known whether it is well there. */
const COMMAND: CheckKind<CommandFacts> = {
  id: 'command',
  name: 'command on hosts',
  looksEvery: Duration.seconds(15),

  ask(states: CheckStates<CommandFacts>): IChainable {
    const { scope, prefix } = states;
    return inOrder(
      candidates(states),
      refuseUnless(
        scope,
        `${prefix}: are there hosts, and not too many?`,
        `$count($hosts) > 0 and $count($hosts) <= ${MAX_INSTANCES}`,
        jsonata`
          $count($hosts) = 0 ? 'No running instance has the tags ' & $string($facts.tags) & '.'
          : 'There are more than ${MAX_INSTANCES} hosts; one command takes up to ${MAX_INSTANCES}.'
        `,
      ),
      online(states),
      refuseUnless(
        scope,
        `${prefix}: are all hosts managed?`,
        '$count($away) = 0',
        jsonata`
          'Systems Manager does not reach ' & $join($away, ', ')
          & '. Mend the SSM agent, the instance role or the network there.'
        `,
      ),
      runCommand(states, `${prefix}: run it`, 'look', '$hosts', `(($check.timeout + ${DELIVERY}) * 1000)`),
      Pass.jsonata(scope, `${prefix}: it ended well`, {
        outputs: {
          passed: true,
          detail: expression(`'ended with 0 on ' & $join($answers.id, ', ')`),
        },
      }),
    );
  },
};
