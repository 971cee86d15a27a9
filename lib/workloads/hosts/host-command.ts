import { createHash } from 'node:crypto';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { IWorkload } from '../workload-kind';
import type { HostWorkloadProps } from './host-facts';
import { hostKind } from './host-kind';
import { hostWorkload } from './host-workload';

/** Properties of what the user's own commands stop and start on instances. */
export interface CommandWorkloadProps extends HostWorkloadProps {
  /** Bash that stops it. May return before it has ended. */
  readonly stop: string;

  /** Bash that starts it. Does no harm where it runs already. */
  readonly start: string;

  /** Bash that ends with 0 once it is quiet, and with anything else while it runs. Asked every second. */
  readonly isQuiet: string;
}

const COMMAND = hostKind('command', 'command');

export function command(props: CommandWorkloadProps): IWorkload {
  assertStated('CommandWorkloadProps', props, {
    stop: 'the command that stops it',
    start: 'the command that starts it',
    isQuiet: 'the command that ends with 0 once nothing of it runs',
  });
  const { name = 'command', stop, start, isQuiet } = props;
  for (const [prop, text] of Object.entries({ stop, start, isQuiet })) {
    if (text.trim() === '' || text.includes('{{')) {
      throw new ValidationError(
        `${prop} of ${name}: got '${text}'; accepted is Bash without '{{', which Systems Manager takes for a parameter.`,
      );
    }
  }
  const script = scriptOf(stop, start, isQuiet);
  return hostWorkload(COMMAND, props, {
    name,
    what: name,
    // The scripts are the document: another script is another document.
    documentId: `CommandDocument${createHash('sha256').update(script).digest('hex').slice(0, 8)}`,
    description: `Stops and starts ${name} for a cutover.`,
    parameters: {},
    script,
  });
}

function scriptOf(stop: string, start: string, isQuiet: string): string {
  return `
is_quiet() { (
${isQuiet}
) >&2; }
case "$action" in
  look)
    if is_quiet; then echo stopped; else echo running; fi
    ;;
  stop)
    (
${stop}
    ) >&2
    until is_quiet; do sleep 1; done
    echo stopped
    ;;
  start)
    if ! is_quiet; then echo running; fi
    (
${start}
    ) >&2
    ;;
  *)
    echo "This document does not know the action '$action'."
    exit 64
    ;;
esac
`;
}
