# Lines of `cuts`: `guarded SINCE`, `read MINUTE`, `cut EPOCH CUT RUNS PLACED`, `settled CUT`.
is_noted() { [ -f "$home/cuts" ] && grep -q "^$1 " "$home/cuts"; }
noted() { if [ -f "$home/cuts" ]; then sed -n "s/^$1 //p" "$home/cuts"; fi; }

# Sets top, top_cut, top_runs and placed: what the highest epoch says.
read_top() {
  set -- $(noted cut | sort -n | tail -n 1)
  top=${1:-0} top_cut=$2 top_runs=${3:-yes} placed=$4
  [ "$placed" != - ] || placed=
}

# note_cuts SCRIPT OF AWK: replaces what is noted, in one step.
note_cuts() {
  [ -f "$home/cuts" ] || : >"$home/cuts"
  { awk "$1" "$home/cuts" >"$home/.cuts" && to_disk "$home/.cuts" && mv -f "$home/.cuts" "$home/cuts"; } 2>/dev/null || not_written "$home"
}

# What the guard needs: readable to the job's user, and a folder of the user's own for the ledger. The line is root's alone.
prepare() {
  id "$user" >/dev/null 2>&1 || answer noUser
  mkdir -p "$home/runs" && chmod 755 "$root" "$root/jobs" "$home" && chmod 700 "$home/runs" && chown "$user" "$home/runs" || not_written "$home"
  if ! guard_program | cmp -s - "$root/guard"; then
    { guard_program >"$root/.guard" && chmod 755 "$root/.guard" && mv -f "$root/.guard" "$root/guard"; } || not_written "$root"
  fi
  if [ "$line" = plain ]; then (umask 077 && line_at "$at" >"$home/line") || not_written "$home"; fi
}

prune() {
  [ -d "$home/runs" ] || return
  oldest=$(plus "$(now)" -57600)
  for each in $(ls "$home/runs"); do
    of=${each#owed.}
    if [ "$(printf %.8s "$of")" -lt "$(printf %.8s "$oldest")" ]; then rmdir "$home/runs/$each" || rm -f "$home/runs/$each"; fi
  done 2>/dev/null
}

# Plain files alone: the folder is a user's.
ledger() {
  for each in $(ls "$home/runs" 2>/dev/null); do
    case $each in 2*) if [ -f "$home/runs/$each" ] && [ ! -L "$home/runs/$each" ]; then cat "$home/runs/$each"; fi ;; esac
  done
}

ledger_program='
  # Nothing but what the guard writes.
  $1 == "read" || $2 !~ /^[0-9]+$/ || length($2) != 12 || $3 !~ /^[0-9]+$/ || $4 !~ /^[0-9]+$/ { next }
  { key = $3 " " $4 " " $5 }
  $1 == "claim" { claims[key] = $2; next }
  { delete claims[key] }
  ($1 == "run" || $1 == "owed") && $5 == boot { runs[$3 " " $4] }
  since == "" || $2 "" < since "" { next }
  $1 == "run" { started[++starts] = $2 }
  $1 == "refused" { refuse($2) }
  function refuse(minute) { refused[++refusals] = minute; print minute > (work "/refused") }
  function isAlive(pid, start,  line, file, now, alive) {
    file = "/proc/" pid "/stat"
    if ((getline line < file) > 0) { sub(/^.*\) /, "", line); split(line, now, " "); alive = now[1] != "Z" && now[20] == start }
    close(file)
    return alive
  }
  function newest(minutes, count,  from, text, at) {
    from = count > 30 ? count - 29 : 1
    for (at = from; at <= count; at++) text = text (text == "" ? "" : " ") minutes[at]
    return text
  }
  END {
    for (key in runs) { split(key, of, " "); if (isAlive(of[1], of[2])) running++ }
    for (key in claims) {
      split(key, of, " ")
      if (of[3] == boot && isAlive(of[1], of[2])) deciding++
      # It was killed before it had decided: nothing was started.
      else if (since != "" && claims[key] "" >= since "") refuse(claims[key])
    }
    printf "deciding=%d running=%d started_count=%d refused_count=%d\n", deciding, running, starts, refusals
    print "started=\"" newest(started, starts) "\" refused=\"" newest(refused, refusals) "\""
  }'

# Sets deciding, running, started, started_count, refused, refused_count: of slots since a minute, none where there is none. All
# refusals are in a file.
read_ledger() {
  : >"$work/refused"
  read -r boot </proc/sys/kernel/random/boot_id
  ledger | awk -v since="$1" -v boot="$boot" -v work="$work" "$ledger_program" >"$work/ledger"
  . "$work/ledger"
}

# list MINUTE …
list() {
  text=
  for each; do text=$text${text:+,}\"$(slot "$each")\"; done
  printf '[%s]' "$text"
}

# The first minute in which cron surely had the guard: it started the line that came with it. In the minute in which that was put
# there it may have started one from before.
read_minute() {
  if is_noted read; then noted read | tail -n 1; return; fi
  ledger | awk -v placed="$(noted guarded | tail -n 1)" '
    $1 == "read" && placed != "" && $2 !~ /[^0-9]/ && length($2) == 12 && $2 "" > substr(placed, 1, 12) "" { print $2 }' |
    sort | head -n 1
}

# It is kept, for the ledger is pruned; the line is not needed any more. If it cannot be removed now, it is at the next command.
note_read() {
  minute=$(read_minute)
  [ -n "$minute" ] || return
  is_noted read || note_cuts "{ print } END { print \"read\", \"$minute\" }"
  (remove_read_line) >/dev/null
}

# The first slot whose start is surely noted.
complete_since() {
  from=$(read_minute)
  [ -n "$from" ] || return
  if [ "$command" = settle ]; then
    earliest=$(plus "$cut" -25)
    [ "$earliest" -lt "$from" ] || from=$earliest
    # What was due before it was told that slots were blue's again, was made up for then.
    given=$(noted cut | awk -v cut="$cut" '
      $2 "" < cut "" && $3 == "yes" { from = $4 != "-" && $4 "" > $2 "" ? $4 : $2; if (from "" > given "") given = from }
      END { print given }')
    if [ -n "$given" ]; then
      given=$(plus "$given" 1)
      [ "$given" -lt "$from" ] || from=$given
    fi
  fi
  printf %s "$from"
}

# state [SINCE]: members of an answer.
state() {
  read_top
  read_ledger "$1"
  printf ',"line":"%s","epoch":%d,"runs":"%s"' "$line" "$top" "$top_runs"
  [ -z "$top_cut" ] || printf ',"cut":"%s"' "$(moment "$top_cut")"
  holds=$placed
  case $line-$top_runs in plain-no | retired-yes) holds= ;; esac
  [ -z "$holds" ] || printf ',"placedAt":"%s"' "$(moment "$holds")"
  complete= read=
  [ "$line" != guarded ] || complete=$(complete_since) read=$(read_minute)
  [ -z "$read" ] || printf ',"readAt":"%s"' "$(slot "$read")"
  [ -z "$complete" ] || printf ',"completeSince":"%s"' "$(slot "$complete")"
  printf ',"deciding":%d,"running":%d' "$deciding" "$running"
  [ -z "$1" ] || printf ',"started":%s,"startedCount":%d,"refused":%s,"refusedCount":%d' \
    "$(list $started)" "$started_count" "$(list $refused)" "$refused_count"
}
