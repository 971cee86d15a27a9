home=$root/jobs/$job
guard="/bin/sh $root/guard $job || exit 0; "
guard_owed="/bin/sh $root/guard $job owed || exit 0; "
guard_read="/bin/sh $root/guard $job read"
retired="#cutover-retired $job "
tab=$(printf '\t')
blank="[ $tab]" word="[^ $tab][^ $tab]*"

work=
clean() { [ -z "$work" ] || rm -rf "$work"; }
trap clean EXIT
trap 'exit 1' HUP INT TERM

not_written() { failed "Nothing can be written to $1: see that the disk is not full or read-only."; }

# Root's alone: lines are in it, for as long as the command takes.
begin_work() { work=$(umask 077 && mktemp -d "${TMPDIR:-/tmp}/cutover.XXXXXX") || not_written "${TMPDIR:-/tmp}"; }

# Others work on the same crontab, five at once.
take_lock() {
  mkdir -p "$root/jobs" 2>/dev/null && : >>"$root/lock" || not_written "$root"
  exec 9>"$root/lock"
  for try in 1 2 3 4 5 6 7 8 9 10; do
    if flock -n 9; then return; fi
    sleep 1
  done
  answer busy
}

# Of these alone: all that a busy server has yet to write may take minutes. Before coreutils 8.24 it is all.
to_disk() { sync "$@" 2>/dev/null || sync; }

digest_of() { sha256sum <"$1" | cut -d' ' -f1; }
# A line of the file without its line break, to standard output.
line_at() { sed -n "$1p" "$file" | tr -d '\n'; }
digest_without() { sed -n "$1s,$2,,p" "$file" | tr -d '\n' | sha256sum | cut -d' ' -f1; }
lines_with() { grep -n -F -- "$1" "$file" | cut -d: -f1 | tr '\n' ' '; }
# As a pattern of sed: a path may have dots.
literal() { printf %s "$1" | sed 's/[].[*^$]/\\&/g'; }

# Sets `line` to plain, guarded or retired, and `at` to its number. Or `line` to why there is none.
find_line() {
  if [ ! -e "$file" ]; then line=notFound; return; fi
  if [ -L "$file" ] || [ ! -f "$file" ]; then line=notAFile; return; fi
  found_as guarded "$(literal "$guard")" $(lines_with "$guard") && return
  found_as retired "^$(literal "$retired")" $(grep -n "^$(literal "$retired")" "$file" | cut -d: -f1) && return
  find_plain_line
}

# found_as STATE WHAT IS ADDED LINE …
found_as() {
  line=$1 added=$2
  shift 2
  [ $# -gt 0 ] || return
  at=$1
  if [ $# -gt 1 ]; then
    line=twice
  elif [ "$(digest_without "$at" "$added")" != "$sha256" ]; then
    line=changed
  fi
}

find_plain_line() {
  awk -v into="$work" '/^[ \t]*[^# \t]/ { each = into "/line." NR; printf "%s", $0 > each; close(each) }' "$file"
  set +f
  set -- $(sha256sum "$work"/line.* 2>/dev/null | grep "^$sha256 " | sed 's/.*\.//')
  set -f
  rm -rf "$work"/line.*
  at=$1
  case $# in
  0) if is_noted guarded; then line=changed; else line=notFound; fi ;;
  1) line=plain ;;
  *) line=twice ;;
  esac
}

shell_above='
  NR >= at { exit }
  /^[ \t]*["\047]?SHELL["\047]?[ \t]*=/ { sub(/^[^=]*=[ \t]*/, ""); gsub(/["\047]|[ \t\r]*$/, ""); shell = $0 }
  END { print shell }'
check_line() {
  check_anacron
  check_shell
  check_length
}

# Debian has such lines for the case that anacron is not there; where it is, it starts what they do, whatever cron does.
check_anacron() { ! line_at "$at" | grep -q '[^A-Za-z0-9_-]anacron\([^A-Za-z0-9_-]\|$\)' || answer anacron; }

check_shell() {
  shell=$(awk -v at="$at" "$shell_above" "$file")
  case ${shell:-/bin/sh} in
  sh | bash | dash | ash | ksh | mksh | zsh) return ;;
  */sh | */bash | */dash | */ash | */ksh | */mksh | */zsh) return ;;
  *[!A-Za-z0-9/._-]*) shell=other ;;
  esac
  answer shell ",\"shell\":\"$shell\""
}

# What stands before the command: with a user, where the file has that column.
time_of() {
  if line_at "$at" | grep -q "^\($(literal "$retired")\)\{0,1\}$blank*@"; then printf %s "^$blank*$word$blank$blank*"; else printf %s "^$blank*\\($word$blank$blank*\\)\\{5\\}"; fi
}
before_command() { if [ "$userColumn" = yes ]; then printf %s "$(time_of)$word$blank$blank*"; else time_of; fi; }

# Debian's cron refuses a file with a longer command: MAX_COMMAND of cron.h.
check_length() {
  bytes=$(sed -n "${at}s,$(before_command),,p" "$file" | tr -d '\n' | wc -c)
  [ $((bytes + ${#guard_owed})) -le 998 ] || answer tooLong
}

is_turn_of_minute() { case $(date +%S) in 0[0-4] | 5[5-9]) ;; *) return 1 ;; esac; }

# edit SCRIPT OF SED: replaces the file in one step, with its owner and mode. Not at the turn of a minute: cron compares times to
# the second, and would never see what is written in the second in which it looks.
edit() {
  folder=${file%/*}
  while is_turn_of_minute; do sleep 1; done
  if is_late; then answer late; fi
  before=$(digest_of "$file")
  made=$folder/.cutover.$$
  if ! { cp -p "$file" "$made" && sed "$1" "$file" >"$made"; } 2>/dev/null; then
    rm -f "$made"
    failed "$folder cannot be written to: see that it is not read-only and not full."
  fi
  chcon --reference="$file" "$made" 2>/dev/null
  if [ "$(digest_of "$file")" != "$before" ]; then
    rm -f "$made"
    answer busy
  fi
  if ! mv -f "$made" "$file" 2>/dev/null; then
    rm -f "$made"
    failed "$file cannot be replaced: see whether it is immutable (lsattr)."
  fi
  touch "$folder"
  to_disk "$file" "$folder"
}

# Beside the guard a line that cron starts each minute once it has read both. The times of files prove nothing: cron compares the
# newest to the one that it knows, and of a folder or crontab that has a time in the future never sees what is written later.
put_guard() {
  read_line="p;s,$(literal "$guard").*,$guard_read,;s,$(time_of),* * * * * ,"
  case $line in
  plain) edit "$at{s,$(before_command),&$guard,;$read_line}" ;;
  guarded) edit "$at{$read_line}" ;;
  retired) edit "${at}s,^$(literal "$retired"),,;${at}s,$(before_command),&$guard," ;;
  esac
  find_line
}

restore_line() {
  case $line in
  guarded) edit "${at}s,$(literal "$guard"),," ;;
  retired) edit "${at}s,^$(literal "$retired"),," ;;
  esac
  find_line
}

retire_line() {
  case $line in
  guarded) edit "${at}s,$(literal "$guard"),,;${at}s,^,$retired," ;;
  plain) edit "${at}s,^,$retired," ;;
  esac
  find_line
}

remove_read_line() { remove_line_with "$guard_read"; }

# A line beside the job's, which cron starts each minute and the guard lets through once a slot that is owed.
put_owed_line() {
  if [ -n "$(lines_with "$guard_owed")" ]; then return; fi
  edit "$at{p;s,$(literal "$guard"),$guard_owed,;s,$(time_of),* * * * * ,;}"
}

remove_owed_line() { remove_line_with "$guard_owed"; }

remove_line_with() {
  set -- $(lines_with "$1")
  if [ $# -gt 0 ]; then
    edit "$1d"
    find_line
  fi
}
