import { Token } from 'aws-cdk-lib';
import type { IWorkload } from '../../cutover/workload';
import type { HostWorkloadProps } from './host-facts';
import { hostKind } from './host-kind';
import { hostWorkload } from './host-workload';

/** Properties of a systemd unit that is stopped for the switch. */
export interface SystemdUnitWorkloadProps extends HostWorkloadProps {
  /** The unit, e.g. `mailer.service`. */
  readonly unit: string;
}

const UNIT = '^[A-Za-z0-9@._:-]{1,255}$';

/** Masked until it is started again, so that no timer, socket or other unit brings it back meanwhile. */
const SCRIPT = `
is_active() { systemctl is-active --quiet "$unit"; }
case "$action" in
  look)
    if is_active; then echo running; else echo stopped; fi
    ;;
  stop)
    systemctl mask --runtime "$unit" >&2
    systemctl stop "$unit" >&2
    if is_active; then echo "$unit is still active after systemctl stop; see systemctl status $unit"; exit 1; fi
    ;;
  start)
    if is_active; then echo running; fi
    systemctl unmask --runtime "$unit" >&2
    systemctl start "$unit" >&2
    if ! is_active; then echo "$unit is not active after systemctl start; see systemctl status $unit"; exit 1; fi
    ;;
esac
`;

const SYSTEMD_UNIT = hostKind('systemd unit');

export function systemdUnit(props: SystemdUnitWorkloadProps): IWorkload {
  const { unit } = props;
  if (!Token.isUnresolved(unit) && !new RegExp(UNIT).test(unit)) {
    throw new Error(
      `unit: got '${unit}'; accepted is a unit's name of letters, digits and @ . _ : -, e.g. 'mailer.service'.`,
    );
  }
  return hostWorkload(SYSTEMD_UNIT, props, {
    name: unit,
    what: `unit ${unit}`,
    documentId: 'SystemdUnitDocument',
    description: 'Stops and starts a systemd unit for a cutover.',
    parameters: { unit: { description: 'The unit.', allowedPattern: UNIT, value: unit } },
    script: SCRIPT,
  });
}
