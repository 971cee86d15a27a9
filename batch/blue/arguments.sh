# sh handover.sh COMMAND key=value …: what docs/batch-handover.md says of blue. The answer is one line of JSON.
# Nothing of a crontab's line is an argument, a variable of the environment or printed: it may hold a password.
exec </dev/null
set -f
umask 022
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
export LC_ALL PATH
root=/var/lib/cutover-guard

now() { date -u +%Y%m%d%H%M%S; }
clock() { date -u +%Y-%m-%dT%H:%M:%SZ; }
compact() { printf %s "$1" | tr -d 'TZ:-'; }
moment() { printf %s "$1" | sed 's/^\(....\)\(..\)\(..\)\(..\)\(..\)\(..\)$/\1-\2-\3T\4:\5:\6Z/'; }
slot() { printf %s "$1" | sed 's/^\(....\)\(..\)\(..\)\(..\)\(..\).*$/\1-\2-\3T\4:\5Z/'; }

# Minutes since 1970 and back, for neither date(1) nor awk can everywhere. After Howard Hinnant's days_from_civil.
calendar='
function minutesOf(text,  y, m, d, era, yoe, doy) {
  y = substr(text, 1, 4) + 0; m = substr(text, 5, 2) + 0; d = substr(text, 7, 2) + 0
  if (m <= 2) y--
  era = int(y / 400); yoe = y - era * 400
  doy = int((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1
  return ((era * 146097 + yoe * 365 + int(yoe / 4) - int(yoe / 100) + doy - 719468) * 24 + substr(text, 9, 2)) * 60 + substr(text, 11, 2)
}
function minuteOf(at,  z, era, doe, yoe, doy, mp, m, y) {
  z = int(at / 1440) + 719468; era = int(z / 146097); doe = z - era * 146097
  yoe = int((doe - int(doe / 1460) + int(doe / 36524) - int(doe / 146096)) / 365)
  doy = doe - (365 * yoe + int(yoe / 4) - int(yoe / 100)); mp = int((5 * doy + 2) / 153)
  m = mp + (mp < 10 ? 3 : -9); y = yoe + era * 400 + (m <= 2)
  return sprintf("%04d%02d%02d%02d%02d", y, m, doy - int((153 * mp + 2) / 5) + 1, int(at % 1440 / 60), at % 60)
}'
# plus MINUTE MINUTES
plus() { awk -v at="$1" -v more="$2" "$calendar BEGIN { print minuteOf(minutesOf(at) + more) }"; }
# seconds_from MOMENT MOMENT
seconds_from() {
  awk -v one="$1" -v two="$2" "$calendar"'
    BEGIN { print (minutesOf(two) - minutesOf(one)) * 60 + substr(two, 13, 2) - substr(one, 13, 2) }'
}

# answer KIND [MEMBERS]
answer() {
  printf '{"answer":"%s","command":"%s","job":"%s","clock":"%s"%s}\n' "$1" "$command" "$job" "$(clock)" "$2"
  exit 0
}
invalid() { answer invalid ",\"problem\":\"$1\""; }
failed() { answer failed ",\"problem\":\"$1\""; }

command= job= epoch= sent= deadline= file= sha256= user= userColumn= cut= runs= since= slots= late= overlap= check=
case $1 in
look | guard | settle | runOwed | unguard | retire) command=$1 ;;
*) invalid 'The command is none of look, guard, settle, runOwed, unguard, retire.' ;;
esac
shift
for argument; do
  value=${argument#*=}
  case $argument in
  # What is no name does not come back in an answer.
 job=*) case $value in *[!A-Za-z0-9_-]*) ;; *) job=$value ;; esac ;;
 epoch=*) epoch=$value ;; sent=*) sent=$value ;; deadline=*) deadline=$value ;;
  file=*) file=$value ;; sha256=*) sha256=$value ;; user=*) user=$value ;; userColumn=*) userColumn=$value ;;
  cut=*) cut=$value ;; runs=*) runs=$value ;; since=*) since=$value ;; slots=*) slots=$value ;;
  late=*) late=$value ;; overlap=*) overlap=$value ;; check=*) check=$value ;;
  *) invalid 'An argument is none that is known.' ;;
  esac
done

two='[0-9][0-9]' day="[0-9][0-9]$two-$two-$two"
# must NAME PATTERN WHAT IS ACCEPTED
must() {
  eval "got=\$$1"
  case $got in
  $2) ;;
  *) invalid "$1: accepted is $3." ;;
  esac
}
must_be_made_of() {
  eval "got=\$$1"
  case $got in
  '' | *[!$2]*) invalid "$1: accepted is $3." ;;
  esac
}
must_be_one_of() {
  eval "got=\$$1"
  case " $2 " in
  *" $got "*) [ -n "$got" ] || invalid "$1: accepted is one of $2." ;;
  *) invalid "$1: accepted is one of $2." ;;
  esac
}
must_be_made_of job A-Za-z0-9_- 'letters, digits, - and _'
must sent "${day}T$two:$two:${two}Z" 'a moment such as 2026-11-30T09:05:30Z'
must deadline "${day}T$two:$two:${two}Z" 'a moment such as 2026-11-30T09:05:30Z'
must file '/*' 'a path from / on'
must_be_made_of file A-Za-z0-9/._@- 'letters, digits, /, ., _, @ and -'
must_be_made_of sha256 0-9a-f '64 hexadecimal digits'
[ ${#sha256} = 64 ] || invalid 'sha256: accepted is 64 hexadecimal digits.'
must_be_made_of user A-Za-z0-9._- 'the name of a user'
must_be_one_of userColumn 'yes no'
if [ "$command" != look ]; then
  must_be_made_of epoch 0-9 'a number'
  [ ${#epoch} -le 9 ] && [ "$epoch" -gt 0 ] || invalid 'epoch: accepted is a number from 1 on.'
fi
case $command in
guard | settle) must cut "${day}T$two:$two:30Z" 'second 30 of a minute, such as 2026-11-30T09:05:30Z' ;;
esac
[ "$command" != guard ] || must_be_one_of runs 'yes no'
if [ "$command" = runOwed ]; then
  must since "${day}T$two:${two}Z" 'a minute such as 2026-11-30T09:05Z'
  must_be_one_of late 'each newest none'
  must_be_one_of overlap 'yes no'
fi
[ -z "$check" ] || must_be_one_of check 'yes no'
[ -z "$since" ] || must since "${day}T$two:${two}Z" 'a minute such as 2026-11-30T09:05Z'
[ -z "$slots" ] || must_be_made_of slots 0-9TZ:,- 'minutes such as 2026-11-30T09:05Z, with commas between'
cut=$(compact "$cut") since=$(compact "$since") deadline=$(compact "$deadline")

[ "$(seconds_from "$(now)" "$(compact "$sent")")" -le 5 ] || answer clockBehind
is_late() { [ "$(now)" -gt "$deadline" ]; }
if is_late; then answer late; fi
for tool in flock sha256sum; do
  command -v $tool >/dev/null 2>&1 || answer missingTool ",\"problem\":\"$tool is not on this host: install it.\""
done
