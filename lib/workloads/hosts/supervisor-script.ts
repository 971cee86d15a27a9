/** How long a job that runs is waited for. Minutes; less than the command itself may take. */
const JOB_LIMIT = 60;

/**
 * Bash that stops and starts a program under supervisord, between two of its jobs.
 *
 * A job is a child process, other than `sleep`. The program is held still (SIGSTOP) while it is looked whether one runs:
 * if none does, none can begin before supervisord's signal to end has arrived. That is done in a session of its own, for
 * a command that is cancelled is killed with its process group, and would leave the program held forever.
 *
 * `supervisorctl stop` alone would be forgotten when supervisord restarts. So the program's own file says autostart and
 * autorestart false for the time being. What a deploy writes into it meanwhile is kept: the former file is put back only
 * over what was written here.
 *
 * Each file appears whole or not at all, so that a command which ended at any line can be given again. Of two at once the
 * later one wins: a start does not wait for a stop that waits for a job.
 */
export const SUPERVISOR_SCRIPT = `
# Set where the host's files are below another folder.
root="\${ROOT:-}"
section="[program:$program]"
kept="$root/var/lib/cdk-cutover/supervisor/$program"
former="$kept.former"
written="$kept.written"

give_up() { echo "$*"; exit 1; }

status() { supervisorctl status "$program:*" 2>&1 || true; }
# Python's warnings may stand between the lines that count.
has() { grep -Eq "^[^ ]+ +($2) " <<< "$1 "; }
is_up() { has "$1" 'STARTING|RUNNING|BACKOFF|STOPPING'; }
is_down() { has "$1" 'STOPPED|EXITED|FATAL|UNKNOWN'; }
is_known() { is_up "$1" || is_down "$1"; }
all_run() { has "$1" RUNNING && ! has "$1" 'STARTING|BACKOFF|STOPPING' && ! is_down "$1"; }

file_of() {
  local file
  for file in "$root"/etc/supervisor/conf.d/*.conf "$root"/etc/supervisord.d/*.ini "$root"/etc/supervisord.d/*.conf \\
    "$root"/etc/supervisor.d/*.ini "$root"/etc/supervisor/supervisord.conf "$root"/etc/supervisord.conf; do
    if [ -f "$file" ] && sed 's/[[:space:]]*\\([;#].*\\)*$//' "$file" | grep -xF "$section" > /dev/null; then
      # A deploy may have put a link there.
      readlink -f "$file"
      return 0
    fi
  done
  return 1
}

without_restarts() {
  awk -v section="$section" '
    { bare = $0; sub(/[ \\t]*([;#].*)?$/, "", bare) }
    /^\\[/ { inside = (bare == section) }
    inside && /^[ \\t]*auto(re)?start[ \\t]*[=:]/ { next }
    { print }
    bare == section { print "autostart=false"; print "autorestart=false" }
  ' "$former"
}

# Owner and mode stay those of what is replaced.
replace() {
  local new
  new="$(dirname "$1")/.$(basename "$1").cutover"
  if [ -e "$1" ]; then cp -p "$1" "$new"; fi
  cat > "$new"
  mv -f "$new" "$1"
}

jobs_of() { ps -o comm=,pid=,etime=,args= --ppid "$1" | awk '$1 != "sleep"'; }

is_still() {
  local task line
  for task in /proc/"$1"/task/*/stat; do
    line="$(cat "$task" 2> /dev/null)" || continue
    case "\${line##*) }" in [TZX]*) ;; *) return 1 ;; esac
  done
}

# Ends a process unless it has a job.
end_idle() {
  local name="$1" pid="$2"
  kill -STOP "$pid" 2> /dev/null || return 0
  for _ in {1..500}; do if is_still "$pid"; then break; fi; sleep 0.01; done
  if is_still "$pid" && [ -z "$(jobs_of "$pid")" ]; then
    supervisorctl stop "$name" &
    for _ in {1..100}; do
      if supervisorctl status "$name" | grep ' STOPPING ' || ! kill -0 $! 2> /dev/null; then break; fi
      sleep 0.05
    done
  fi
  # The signal to end waits for it: it is taken before anything else is done.
  kill -CONT "$pid" 2> /dev/null || true
  wait
}

is_my_turn() { [ "$(cat "$kept.turn")" = "$$" ]; }

stop_between_jobs() {
  local deadline=$((SECONDS + ${JOB_LIMIT} * 60)) now name state pid jobs
  while now="$(status)"; is_up "$now"; do
    while read -r name state _ pid _; do
      pid="\${pid%,}"
      jobs=''
      case "$state" in
        BACKOFF) supervisorctl stop "$name" < /dev/null >&2 || true ;;
        RUNNING)
          for _ in {1..20}; do
            jobs="$(jobs_of "$pid")"
            if [ -z "$jobs" ] || ! is_my_turn; then break; fi
            sleep 0.25
          done
          if [ -z "$jobs" ]; then
            setsid --wait bash -c "$(declare -f jobs_of is_still end_idle)"'; end_idle "$@"' bash "$name" "$pid" < /dev/null >&2
          fi
          ;;
      esac
      if ! is_my_turn; then give_up "A later command for $program has taken over."; fi
      if [ $SECONDS -ge $deadline ]; then
        give_up "$name still runs after ${JOB_LIMIT} minutes. Its child processes are taken for jobs: $jobs. Where one of them is the program itself, behind a shell or sudo, have supervisord start it with exec and user=; or stop it by commands of your own."
      fi
    done <<< "$now"
    sleep 0.2
  done
}

turn_restarts_off() {
  local text
  if cmp -s "$file" "$written"; then return; fi
  replace "$former" < "$file"
  text="$(without_restarts)"
  replace "$written" <<< "$text"
  replace "$file" < "$written"
}

turn_restarts_on() {
  if cmp -s "$file" "$written"; then
    replace "$file" < "$former"
    # An update restarts what it finds changed, whatever that does.
    stop_between_jobs
  else
    echo "$file was changed meanwhile, and stays so." >&2
  fi
}

take_turn() {
  mkdir -p "$(dirname "$kept")"
  echo "$$" > "$kept.turn"
  exec 9> "$kept.lock"
  flock 9
}

for tool in supervisorctl ps awk setsid flock; do
  if ! type "$tool" > /dev/null 2>&1; then give_up "This host has no $tool, without which $program is not stopped."; fi
done
file="$(file_of)" || give_up "No file of supervisord has the section $section. See the program's name."

case "$action" in
  look)
    now="$(status)"
    if ! is_known "$now"; then give_up "supervisord does not answer for $program: $now"; fi
    if is_up "$now"; then echo running; else echo stopped; fi
    ;;
  stop)
    take_turn
    stop_between_jobs
    turn_restarts_off
    supervisorctl update "$program" >&2
    now="$(status)"
    if ! is_known "$now" || is_up "$now"; then give_up "$program was stopped, and is not: $now"; fi
    echo stopped
    ;;
  start)
    take_turn
    unread=''
    if [ -e "$former" ]; then
      if is_up "$(status)"; then echo running; fi
      turn_restarts_on
      if ! is_up "$(status)"; then unread="$(supervisorctl update "$program" 2>&1)" && unread=''; fi
    fi
    now="$(status)"
    deadline=$((SECONDS + 300))
    until all_run "$now"; do
      if [ $SECONDS -ge $deadline ]; then give_up "$program does not run 5 minutes after supervisorctl start: $now"; fi
      supervisorctl start "$program:*" >&2 || true
      now="$(status)"
      if ! all_run "$now"; then sleep 0.5; fi
    done
    if [ -n "$unread" ]; then give_up "$program runs, and supervisord has not taken back its restarts: $unread"; fi
    rm -f "$former" "$written"
    ;;
  *) give_up "This document does not know the action '$action'." ;;
esac
`;
