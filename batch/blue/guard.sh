# sh guard JOB [owed]: stands before the command of a cron line, and ends with 0 where this host starts the slot.
# sh guard JOB read: a line of its own, which came with the guard. That cron starts it shows that cron has read both.
#
# It notes that it judges a start, and reads then what was decided; who decides writes first, and reads then what was noted. One of
# the two sees the other.
exec </dev/null >/dev/null 2>&1
set -f
PATH=/usr/bin:/bin:$PATH
home=${0%/*}/jobs/$1 mode=$2
clock=$(date -u '+%Y%m%d%H%M %S %s') || exit 1
read -r boot </proc/sys/kernel/random/boot_id
# The shell that cron has started is the run, before and after: its number, and its start as proc_pid_stat(5) has it.
read -r stat </proc/$PPID/stat
set -- ${stat##*) }
start=${20}
set -- $clock
minute=$1

# A busy server gets to this line minutes after cron has started the shell, and the slot is the shell's minute. Only what surely
# began before this minute is dated back: date cuts off up to a second, which cron never starts a shell in before its minute. What
# is older than ten minutes was not started by cron for this line: somebody has typed it. And a container that shows the uptime of
# its own beside the start times of its host makes a shell younger than nothing.
age=0
if read -r up _ </proc/uptime; then age=$((${up%.*} * 100 + 1${up#*.} - 100 - start)); fi
if [ "$age" -gt $(((1$2 - 100 + 1) * 100)) ] && [ "$age" -lt 60000 ]; then
  minute=$(date -u -d "@$(($3 - age / 100))" +%Y%m%d%H%M) || minute=$1
fi

note() {
  printf '%s\n' "$1 $minute $PPID $start $boot" >>"$home/runs/$(printf %.8s "$minute")"
}

is_running() {
  cat "$home"/runs/2* | awk -v boot="$boot" '
    ($1 == "run" || $1 == "owed") && $5 == boot { starts[$3 " " $4] }
    END {
      for (each in starts) {
        split(each, of, " "); line = ""; file = "/proc/" of[1] "/stat"
        if ((getline line < file) > 0) { sub(/^.*\) /, "", line); split(line, now, " "); if (now[1] != "Z" && now[20] == of[2]) found = 1 }
        close(file)
      }
      exit !found
    }'
}

if [ "$mode" = read ]; then
  note read
  exit
fi

take_owed() {
  while read -r what id _; do
    case $what in
    overlap) if [ "$id" = no ] && { set +f; is_running; }; then return 1; fi ;;
    take) if mkdir "$home/runs/owed.$id"; then minute=${id%.*} && note owed; return; fi ;;
    esac
  done <"$home/owed"
  return 1
}

if [ "$mode" = owed ]; then
  take_owed
  exit
fi

noted=yes top=0 by=0 settled=0 runs=none lasting=yes
note claim || noted=no
while read -r what first second third _; do
  case $what in
  cut)
    runs=${runs%none}
    if [ "$first" -gt "$top" ]; then top=$first lasting=$third; fi
    if [ "$first" -gt "$by" ] && [ "${minute}00" -ge "$second" ]; then by=$first runs=$third; fi
    ;;
  settled) if [ "$first" -gt "$settled" ]; then settled=$first; fi ;;
  esac
done <"$home/cuts"
# Before the first cut it is as it always was. Without cuts nobody knows.
runs=${runs:-yes}
if [ "${minute}00" -lt "$settled" ]; then runs=no; fi
if [ "$runs" != yes ]; then
  note refused
  exit 1
fi
if [ "$noted" = yes ] && note run; then exit 0; fi
# It could not be noted. What is not in the ledger is made up for elsewhere where the job is about to move.
[ "$lasting" = yes ]
