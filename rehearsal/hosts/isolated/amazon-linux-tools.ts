import { quoted } from '../programs-on-path';

/** Where a host finds the assets of the deploy, each in a folder of its key. */
export const ASSETS = '/machine/assets';
/** Node.js itself. Lines of cron's file have its folder first in their PATH; no program there is called `node`. */
export const NODE = '/machine/node/node.real';

/**
 * What a host of Amazon Linux has and the machine has not: package manager, systemd, AWS's command line. Each does what
 * the documents and programs of a batch host ask of it.
 *
 * @param environment - of Node.js: where AWS is
 */
export function amazonLinuxTools(environment: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    rpm: SUCCEEDS,
    dnf: SUCCEEDS,
    logrotate: SUCCEEDS,
    timedatectl: TIMEDATECTL,
    systemctl: SYSTEMCTL,
    aws: AWS,
    unzip: UNZIP,
    node: nodeIn(environment),
  };
}

/** The instance has its role and its metadata wherever a program is started from: here the environment says so. */
function nodeIn(environment: Readonly<Record<string, string>>): string {
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  return `#!/bin/sh\n${exports.join('')}exec ${NODE} "$@"\n`;
}

const SUCCEEDS = '#!/bin/sh\nexit 0\n';

const TIMEDATECTL = `#!/bin/sh
case $1 in
show) readlink /etc/localtime | sed 's:^/usr/share/zoneinfo/::' ;;
set-timezone) ln -sfn "/usr/share/zoneinfo/$2" /etc/localtime ;;
*) exit 1 ;;
esac
`;

/** crond is real; of another unit it is known whether it was started. */
const SYSTEMCTL = `#!/bin/sh
verb=$1
for unit; do :; done
unit=\${unit%.service}
mark=/run/unit-$unit
pid() { cat /run/crond.pid 2> /dev/null; }
is_up() { if [ "$unit" = crond ]; then kill -0 "$(pid)" 2> /dev/null; else [ -e "$mark" ]; fi; }
start() { if [ "$unit" = crond ]; then crond; else touch "$mark"; fi; }
stop() { if [ "$unit" = crond ]; then kill "$(pid)"; while is_up; do sleep 1; done; else rm -f "$mark"; fi; }
case $verb in
is-active) is_up || exit 3 ;;
start | enable) is_up || start ;;
stop) if is_up; then stop; fi ;;
restart) if is_up; then stop; fi; start ;;
*) echo "systemctl of a rehearsed host does not know the verb $verb." >&2; exit 1 ;;
esac
`;

/** aws s3 cp s3://BUCKET/KEY FILE: a folder that is an asset, as one file. */
const AWS = `#!/bin/sh
if [ "$1 $2" != 's3 cp' ]; then echo "aws of a rehearsed host does not know $1 $2." >&2; exit 1; fi
key=\${3#s3://*/}
exec tar -cf "$4" -C "${ASSETS}/$key" .
`;

const UNZIP = `#!/bin/sh
exec tar -xf "$2"
`;
