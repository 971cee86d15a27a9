import { Token } from 'aws-cdk-lib';
import type { IWorkload } from '../../cutover/workload';
import type { HostWorkloadProps } from './host-facts';
import { hostKind } from './host-kind';
import { hostWorkload } from './host-workload';

/** Properties of a program under supervisord that is stopped for the switch. */
export interface SupervisorProgramWorkloadProps extends HostWorkloadProps {
  /** The program, as its section `[program:…]` names it. */
  readonly program: string;
}

const PROGRAM = '^[A-Za-z0-9@._-]{1,100}$';

/**
 * `supervisorctl stop` alone would be forgotten when supervisord restarts, and would cut off a job that the program has
 * just begun. So the program's own file says autostart and autorestart false for the time being; and the program is
 * held still (SIGSTOP) while it is looked whether a job, a child process of it, runs: if none does, none can begin any
 * more before it ends.
 *
 * What a deploy writes into that file meanwhile is kept: the former file is put back only over what was written here.
 */
const SCRIPT = `
# Set on hosts whose files are below another folder.
etc="\${ROOT:-}/etc"
section="[program:$program]"
say() { echo "$*" >&2; }
give_up() { echo "$*"; exit 1; }

file_of() {
  local file
  for file in "$etc"/supervisor/conf.d/*.conf "$etc"/supervisord.d/*.ini "$etc"/supervisord.d/*.conf "$etc"/supervisor/supervisord.conf "$etc"/supervisord.conf; do
    if [ -f "$file" ] && grep -qxF "$section" "$file"; then echo "$file"; return 0; fi
  done
  return 1
}
file="$(file_of)" || give_up "No file of supervisord has the section $section. See the program's name."
former="$file.before-cutover"
written="$file.during-cutover"

status() { supervisorctl status "$program:*" || true; }
pids() { status | sed -n 's/.* RUNNING .*pid \\([0-9]*\\),.*/\\1/p'; }
runs() { status | grep -Eq ' (STARTING|RUNNING|BACKOFF|STOPPING) '; }
has_job() { pgrep -P "$1" >/dev/null; }

without_restart() {
  awk -v section="$section" '
    /^\\[/ { inside = ($0 == section) }
    inside && /^[ \\t]*auto(re)?start[ \\t]*=/ { next }
    { print }
    $0 == section { print "autostart=false"; print "autorestart=false" }
  ' "$former" > "$written"
}

let_go() { local pid; for pid in $(pids); do kill -CONT "$pid" 2>/dev/null || true; done; }

stop_between_jobs() {
  local pid
  trap let_go EXIT
  while :; do
    for pid in $(pids); do kill -STOP "$pid" 2>/dev/null || true; done
    local busy=no
    for pid in $(pids); do if has_job "$pid"; then busy=yes; fi; done
    if [ "$busy" = no ]; then break; fi
    let_go
    say "A job of $program runs; waiting for it."
    sleep 1
  done
  local held; held="$(pids)"
  supervisorctl stop "$program:*" >&2 &
  local stopping=$!
  sleep 0.5
  # The signal to end is waiting for them: they take it before anything else.
  for pid in $held; do kill -CONT "$pid" 2>/dev/null || true; done
  wait "$stopping"
}

case "$action" in
  look)
    if runs; then echo running; else echo stopped; fi
    ;;
  stop)
    if [ ! -e "$former" ]; then cp -p "$file" "$former"; fi
    without_restart
    cp "$written" "$file"
    supervisorctl reread >&2
    if runs; then stop_between_jobs; fi
    supervisorctl update "$program" >&2
    if runs; then give_up "$program still runs after supervisorctl stop: $(status)"; fi
    ;;
  start)
    if runs; then echo running; fi
    if [ -e "$former" ]; then
      if cmp -s "$file" "$written"; then cp -p "$former" "$file"; else say "$file was changed meanwhile, and stays so."; fi
      supervisorctl reread >&2
      supervisorctl update "$program" >&2
    fi
    supervisorctl start "$program:*" >&2 || true
    if ! runs; then give_up "$program does not run after supervisorctl start: $(status)"; fi
    rm -f "$former" "$written"
    ;;
esac
`;

const SUPERVISOR_PROGRAM = hostKind('supervisor program');

export function supervisorProgram(props: SupervisorProgramWorkloadProps): IWorkload {
  const { program } = props;
  if (!Token.isUnresolved(program) && !new RegExp(PROGRAM).test(program)) {
    throw new Error(
      `program: got '${program}'; accepted is a program's name of letters, digits and @ . _ -, e.g. 'queue-watcher'.`,
    );
  }
  return hostWorkload(SUPERVISOR_PROGRAM, props, {
    name: program,
    what: `program ${program}`,
    documentId: 'SupervisorProgramDocument',
    description: 'Stops and starts a program under supervisord for a cutover, between two of its jobs.',
    parameters: { program: { description: 'The program.', allowedPattern: PROGRAM, value: program } },
    script: SCRIPT,
  });
}
