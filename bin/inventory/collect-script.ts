import { MASK_FUNCTIONS } from './mask';

/** Characters of the collected text in a page. With the line before it they must fit in an answer. @see docs/aws-facts.md#ssm-command-output */
const PAGE = 23_000;

export interface Page {
  /** From 0 on. The first collects; the others read what it left in a file. */
  readonly page: number;
  /** Of the collection: of letters and digits. */
  readonly id: string;
}

/**
 * What a host is told to run. It changes nothing on the host, but for a file in /var/tmp that root alone reads, where one answer
 * does not hold all. Anyone who asks for the last page has it deleted; what a broken collection leaves, the next one deletes a day
 * later.
 *
 * It is for hosts nobody dares touch: /bin/sh with what POSIX says of 1992, sed, awk, ls, gzip and base64, and of newer
 * things only what is there. So: bash 3 of CentOS 5 and 6 and of Amazon Linux 1, and dash of Debian.
 */
export function collectScript({ page, id }: Page): string {
  const begin = `#!/bin/sh
LC_ALL=C; export LC_ALL
umask 077
root=''
file="$root/var/tmp/cutover-inventory.${id}"
`;
  return page === 0 ? `${begin}${COLLECT}${print(page)}` : `${begin}${print(page)}`;
}

/** A line `page PAGE of PAGES`, and the page. */
function print(page: number): string {
  return `
if [ ! -f "$file" ]; then echo "the collected text is gone: collect again" >&2; exit 1; fi
length=$(wc -c < "$file" | tr -d ' ')
pages=$(( (length + ${PAGE} - 1) / ${PAGE} ))
echo "page ${page} of $pages"
tail -c +${page * PAGE + 1} "$file" | head -c ${PAGE}
if [ ${page + 1} -ge "$pages" ]; then rm -f "$file"; fi
exit 0
`;
}

/** Lines of fields with tabs between; the lines of a file follow it, each behind a `|`. */
const COLLECT = `
mkdir -p "$root/var/tmp"
find "$root/var/tmp" -maxdepth 1 -name 'cutover-inventory.*' -mtime +0 -exec rm -rf {} \\;
work=$(mktemp -d "$root/var/tmp/cutover-inventory.XXXXXX") || exit 1
trap 'rm -rf "$work"' 0 1 2 15
${MASK_FUNCTIONS}
${String.raw`
rules > "$work/rules"
tab=$(printf '\t')
say() { printf '%s' "$1"; shift; for field; do printf '\t%s' "$field"; done; printf '\n'; }
owner() { ls -ldn "$1" 2>/dev/null | awk '{ print $3 }'; }
mode() { ls -ld "$1" 2>/dev/null | awk '{ print $1 }'; }
inside() { printf '%s' "$1" | sed "s#^$root##"; }

host() {
  say host "$(uname -n)"
  for f in os-release system-release redhat-release debian_version; do
    if [ -r "$root/etc/$f" ]; then
      say system "$(sed -n 's/^PRETTY_NAME="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$root/etc/$f" | sed -n 1p; [ "$f" = os-release ] || sed -n 1p "$root/etc/$f")"
      break
    fi
  done
  zone=$(ls -l "$root/etc/localtime" 2>/dev/null | sed -n 's#.*zoneinfo/##p')
  [ -n "$zone" ] || zone=$(sed -n 1p "$root/etc/timezone" 2>/dev/null)
  [ -n "$zone" ] || zone=$(sed -n 's/^ZONE="\{0,1\}\([^"]*\)"\{0,1\}$/\1/p' "$root/etc/sysconfig/clock" 2>/dev/null)
  say zone "$zone"
  if [ -x "$root/usr/sbin/crond" ]; then say cron cronie; elif [ -x "$root/usr/sbin/cron" ]; then say cron debian; else say cron none; fi
  for f in "$root"/usr/sbin/sendmail "$root"/usr/lib/sendmail; do [ -e "$f" ] && { say mail "$(inside "$f")"; break; }; done
  [ -r "$root/proc/mounts" ] && awk -v OFS="$tab" '$3 ~ /^(nfs|cifs|fuse|smb|efs)/ { print "mount", $2, $3, $1 }' "$root/proc/mounts" | mask
}

user() { awk -F: -v OFS="$tab" -v name="$1" '$1 == name { print "user", $1, $3, $6, $7 }' "$root/etc/passwd" 2>/dev/null; }

crontab() { # user|system, whose, file
  say file "$1" "$2" "$(inside "$3")" "$(mode "$3")"
  awk '{ print }' "$3" | mask_variables | mask | sed 's/^/|/'
  if [ -s "$3" ] && [ "$(tail -c 1 "$3" | od -An -c | tr -d ' ')" != '\n' ]; then say open; fi
  awk '!/^[ \t]*#/' "$3" >> "$work/commands"
  awk '{ print }' "$3" > "$work/read"
  secrets "$work/read" "$(inside "$3")"
}

secrets() { # file, what to call it
  [ -s "$1" ] || return 0
  mask < "$1" > "$work/masked"
  lines=$(awk 'NR == FNR { was[FNR] = $0; next } was[FNR] != $0 { printf "%s%d", sep, FNR; sep = "," }' "$1" "$work/masked")
  [ -z "$lines" ] || say secret "$2" "$lines"
}

crontabs() {
  for f in "$root"/var/spool/cron/crontabs/* "$root"/var/spool/cron/tabs/* "$root"/var/spool/cron/*; do
    [ -f "$f" ] || continue
    name=$(basename "$f")
    crontab user "$name" "$f"
    user "$name"
  done
  for f in "$root"/etc/crontab "$root"/etc/cron.d/*; do [ -f "$f" ] && crontab system - "$f"; done
  for often in hourly daily weekly monthly; do
    for f in "$root/etc/cron.$often"/*; do
      [ -f "$f" ] || continue
      say part "$often" "$(inside "$f")" "$(mode "$f")"
      inside "$f" >> "$work/commands"; echo >> "$work/commands"
    done
  done
  if [ -f "$root/etc/anacrontab" ]; then
    awk '!/^[ \t]*#/ && NF > 3 && $1 !~ /=/' "$root/etc/anacrontab" | mask | sed "s/^/anacron$tab/"
  fi
}

timers() {
  # As sd_booted(3) has it: systemctl may be there where systemd is not.
  [ -d "$root/run/systemd/system" ] || return 0
  systemctl list-unit-files --type=timer --no-legend --no-pager 2>/dev/null | awk '{ print $1 }' | grep -v '@\.timer$' | while read -r timer; do
    unit=$(systemctl show -p Unit "$timer" | sed 's/^Unit=//')
    say timer "$timer" "$unit" \
      "$(systemctl show -p UnitFileState "$timer" | sed 's/^UnitFileState=//')" \
      "$(systemctl show -p TimersCalendar -p TimersMonotonic "$timer" | sed -n 's/^Timers[A-Za-z]*={ \([^;]*\) ;.*/\1/p' | tr '\n' ';' | sed 's/ *;$//')" \
      "$(systemctl show -p Persistent "$timer" | sed 's/^Persistent=//')" \
      "$(systemctl show -p LastTriggerUSec "$timer" | sed 's/^LastTriggerUSec=//')" \
      "$(systemctl show -p User "$unit" | sed 's/^User=//')" \
      "$(systemctl show -p ExecStart "$unit" | sed -n 's/^ExecStart=.*argv\[\]=\([^;]*\) ;.*/\1/p' | sed -n 1p | mask)"
    systemctl show -p ExecStart "$unit" | sed -n 's/^ExecStart=.*argv\[\]=\([^;]*\) ;.*/\1/p' >> "$work/commands"
  done
}

programs() {
  for f in "$root"/etc/supervisord.conf "$root"/etc/supervisor/supervisord.conf "$root"/etc/supervisor/conf.d/*.conf "$root"/etc/supervisord.d/*.ini; do
    [ -f "$f" ] || continue
    awk -v OFS="$tab" '
      function tell() { if (name != "") print "program", name, user, autostart, command }
      /^\[/ { tell(); name = ""; user = ""; autostart = "true"; command = "" }
      /^\[program:/ { name = $0; sub(/^\[program:/, "", name); sub(/\].*/, "", name) }
      name != "" && /^[a-z_]+ *=/ { value = $0; sub(/^[^=]*= */, "", value); sub(/ +;.*/, "", value)
        if ($0 ~ /^user *=/) user = value
        if ($0 ~ /^autostart *=/) autostart = value
        if ($0 ~ /^command *=/) command = value }
      END { tell() }' "$f" > "$work/programs"
    cut -f 5 "$work/programs" >> "$work/commands"
    mask < "$work/programs"
    secrets "$f" "$(inside "$f")"
  done
}

at_jobs() {
  for f in "$root"/var/spool/at/[a-zA-Z=]* "$root"/var/spool/cron/atjobs/[a-zA-Z=]*; do
    case $(basename "$f") in [a-zA-Z=][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]) ;; *) continue ;; esac
    [ -f "$f" ] && say at "$(basename "$f")" "$(owner "$f")"
  done
}

scripts() {
  [ -s "$work/commands" ] || return 0
  tr ' \t;&|()<>"'\''=,%' '\n\n\n\n\n\n\n\n\n\n\n\n\n\n' < "$work/commands" | grep '^/..*' | sort -u | while read -r path; do
    f="$root$path"
    [ -f "$f" ] && [ -r "$f" ] || continue
    case $path in /bin/* | /usr/bin/* | /sbin/* | /usr/sbin/* | /dev/* | /proc/*) continue ;; esac
    case $path in *.log | *.gz | *.tar | *.jar | *.pid | *.lock) continue ;; esac
    first=$(head -c 200 "$f" | tr -d '\000' | sed -n 's/^#!  *//; s/^#!//; 1p' | cut -c 1-100)
    case $(head -c 2 "$f" | tr -d '\000') in '#!') ;; *) first=; case $path in *.sh | *.py | *.pl | *.rb | *.php | *.js | *.env | *.cnf | *.conf | *.cfg | *.ini | *.yml | *.yaml | *.json | *.properties) ;; *) continue ;; esac ;; esac
    say script "$path" "$(owner "$f")" "$(mode "$f")" "$first"
    if [ "$(wc -c < "$f")" -lt 1000000 ]; then secrets "$f" "$path"; else say unread "$path"; fi
  done
}

runs() {
  for f in "$root"/var/log/cron "$root"/var/log/cron.log "$root"/var/log/syslog; do
    [ -r "$f" ] && cat "$f"
  done | awk -v OFS="$tab" '
    / CMD / && match($0, /\([A-Za-z0-9_.-]+\) CMD \(/) {
      head = substr($0, RSTART, RLENGTH); command = substr($0, RSTART + RLENGTH)
      sub(/\) *$/, "", command); who = head; sub(/^\(/, "", who); sub(/\).*/, "", who)
      when = $1; if ($1 !~ /^[0-9]/) when = $1 " " $2 " " $3
      key = who OFS command; last[key] = when; count[key]++
    }
    END { for (key in last) print "ran", last[key], count[key], key }' | sort | mask
}

: > "$work/commands"
{ host; crontabs; timers; programs; at_jobs; scripts; runs; } > "$work/text" 2> "$work/errors"
sed "s/^/error$tab/" "$work/errors" | mask >> "$work/text"
if command -v base64 > /dev/null 2>&1; then gzip -9 < "$work/text" | base64 > "$file"; else gzip -9 < "$work/text" | openssl base64 > "$file"; fi
rm -rf "$work"; trap - 0
`}`;
