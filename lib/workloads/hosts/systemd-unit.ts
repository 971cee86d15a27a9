import { Token } from 'aws-cdk-lib';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { IWorkload } from '../workload-kind';
import type { HostWorkloadProps } from './host-facts';
import { hostKind } from './host-kind';
import { hostWorkload } from './host-workload';

/** Properties of a systemd unit that is stopped for the switch. */
export interface SystemdUnitWorkloadProps extends HostWorkloadProps {
  /** The unit, e.g. `mailer.service`. */
  readonly unit: string;
}

/** Not beginning with `-`: `systemctl` would take it for an option. */
const UNIT = '^[A-Za-z0-9][A-Za-z0-9@._:-]{0,254}$';

/**
 * While it is stopped a drop-in gives the unit a condition that never holds, so that no timer, socket, other unit or
 * restart of the machine brings it back. `systemctl mask` would not do: it fails for units that have their file in
 * /etc/systemd/system, as one's own mostly have.
 *
 * @see systemctl(1), mask; systemd.unit(5), ConditionPathExists=
 */
const SCRIPT = `
# Set where the host's files are below another folder.
root="\${ROOT:-}"
case "$unit" in *.*) ;; *) unit="$unit.service" ;; esac
folder="$root/etc/systemd/system/$unit.d"
# Last by name, for another drop-in could take conditions back.
drop_in="$folder/zz-cutover.conf"

give_up() { echo "$*"; exit 1; }
is_active() { systemctl is-active --quiet -- "$unit"; }

case "$action" in
  look)
    if [ "$(systemctl show --property=LoadState --value -- "$unit")" = not-found ]; then
      give_up "This host has no unit $unit. See the unit's name."
    fi
    if is_active; then echo running; else echo stopped; fi
    ;;
  stop)
    mkdir -p "$folder"
    printf '[Unit]\\nConditionPathExists=!/\\n' > "$drop_in"
    systemctl daemon-reload >&2
    systemctl stop -- "$unit" >&2
    if is_active; then give_up "$unit is still active after systemctl stop; see systemctl status $unit"; fi
    echo stopped
    ;;
  start)
    if [ -e "$drop_in" ]; then
      if is_active; then echo running; fi
      rm "$drop_in"
      rmdir --ignore-fail-on-non-empty "$folder"
    fi
    systemctl daemon-reload >&2
    systemctl start -- "$unit" >&2
    if ! is_active; then give_up "$unit is not active after systemctl start; see systemctl status $unit"; fi
    ;;
  *) give_up "This document does not know the action '$action'." ;;
esac
`;

const SYSTEMD_UNIT = hostKind('systemdUnit', 'systemd unit');

export function systemdUnit(props: SystemdUnitWorkloadProps): IWorkload {
  assertStated('SystemdUnitWorkloadProps', props, { unit: "the unit's name, e.g. 'mailer.service'" });
  const { unit } = props;
  if (!Token.isUnresolved(unit) && !new RegExp(UNIT).test(unit)) {
    throw new ValidationError(
      `unit: got '${unit}'; accepted is a unit's name of letters, digits and @ . _ : -, which begins with a letter or digit, e.g. 'mailer.service'.`,
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
