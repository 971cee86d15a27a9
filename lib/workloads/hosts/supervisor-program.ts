import { Token } from 'aws-cdk-lib';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { IWorkload } from '../workload-kind';
import type { HostWorkloadProps } from './host-facts';
import { hostKind } from './host-kind';
import { hostWorkload } from './host-workload';
import { SUPERVISOR_SCRIPT } from './supervisor-script';

/** Properties of a program under supervisord that is stopped for the switch. */
export interface SupervisorProgramWorkloadProps extends HostWorkloadProps {
  /** The program, as its section `[program:…]` names it. */
  readonly program: string;
}

/** Not beginning with `-`: `supervisorctl` would take it for an option. */
const PROGRAM = '^[A-Za-z0-9][A-Za-z0-9@._-]{0,99}$';

const SUPERVISOR_PROGRAM = hostKind('supervisorProgram', 'supervisor program');

export function supervisorProgram(props: SupervisorProgramWorkloadProps): IWorkload {
  assertStated('SupervisorProgramWorkloadProps', props, { program: "the program's name, e.g. 'queue-watcher'" });
  const { program } = props;
  if (!Token.isUnresolved(program) && !new RegExp(PROGRAM).test(program)) {
    throw new ValidationError(
      `program: got '${program}'; accepted is a program's name of letters, digits and @ . _ -, which begins with a letter or digit, e.g. 'queue-watcher'.`,
    );
  }
  return hostWorkload(SUPERVISOR_PROGRAM, props, {
    name: program,
    what: `program ${program}`,
    documentId: 'SupervisorProgramDocument',
    description: 'Stops and starts a program under supervisord for a cutover, between two of its jobs.',
    parameters: { program: { description: 'The program.', allowedPattern: PROGRAM, value: program } },
    script: SUPERVISOR_SCRIPT,
  });
}
