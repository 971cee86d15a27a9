# Of what follows upon a cut.
check_epoch() {
  read_top
  [ "$epoch" -ge "$top" ] || answer stale ",\"epoch\":$top"
  [ "$epoch" = "$top" ] || answer unknownEpoch ",\"epoch\":$top"
}

look() {
  [ "$line-$check" != plain-yes ] || check_line
  answer ok "$(state "$since")"
}

guard() {
  read_top
  if [ "$epoch" -lt "$top" ] || { [ "$epoch" = "$top" ] && [ "$cut $runs" != "$top_cut $top_runs" ]; }; then answer stale ",\"epoch\":$top"; fi
  case $line-$runs in
  plain-no) check_line ;;
  plain-* | guarded-* | retired-*) ;;
  *-no) answer "$line" ;;
  esac
  if [ "$runs" = no ] && [ -n "$(lines_with "$guard_owed")" ]; then answer busy; fi
  prepare
  # The cut first: once the guard is there it finds it. And where a line was edited, the guard in it lets the job run again.
  [ "$epoch" = "$top" ] || note_cuts "{ print } END { print \"cut\", $epoch, \"$cut\", \"$runs\", \"-\" }"
  case $line-$runs in
  plain-no | retired-yes) place_guard ;;
  guarded-no) is_noted read || [ -n "$(lines_with "$guard_read")" ] || place_guard ;;
  esac
  case $line in plain | guarded | retired) ;; *) answer "$line" ",\"epoch\":$epoch" ;; esac
  if [ "$line" = guarded ] && ! is_noted guarded; then note_cuts "{ print } END { print \"guarded\", \"$(now)\" }"; fi
  read_top
  [ -n "$placed" ] || note_cuts "\$1 == \"cut\" && \$2 == $epoch { \$5 = \"$(now)\" } { print }"
  prune
  answer ok "$(state "$since")"
}

# What was proved of a guard is not of one that comes now.
place_guard() {
  if is_noted guarded; then note_cuts '$1 != "guarded" && $1 != "read" { print }'; fi
  put_guard
}

settle() {
  check_epoch
  [ "$(now)" -gt "$cut" ] || answer early
  noted settled | grep -q "^$cut\$" || note_cuts "\$1 != \"settled\" || \$2 > $cut { print } END { print \"settled\", \"$cut\" }"
  note_read
  answer ok "$(state "$(complete_since)")"
}

choice_program='
  FILENAME == cuts { if ($1 == "cut") { epoch[++n] = $2; cut[n] = $3; runs[n] = $4 }; next }
  FILENAME == refused && !isBlues($1) { next }
  { minutes[++count] = $1 }
  function isBlues(minute,  at, by, is) {
    is = "yes"
    for (at = 1; at <= n; at++) if (epoch[at] + 0 > by + 0 && minute "00" >= cut[at] "") { by = epoch[at]; is = runs[at] }
    return is == "yes"
  }
  END { for (at = 1; at <= count; at++) print minutes[at] }'

# Each slot that is owed and how it stands: `take SLOT.N` and `leave SLOT.N`, N telling those of one minute apart.
choose_owed() {
  compact "$slots" | tr , '\n' >"$work/given"
  echo >>"$work/given"
  {
    echo "epoch $epoch"
    echo "overlap $overlap"
    awk -v cuts="$home/cuts" -v refused="$work/refused" "$choice_program" "$home/cuts" "$work/refused" "$work/given" | grep . | sort |
      awk -v late="$late" '
        { minutes[NR] = $1 "." (++seen[$1]) }
        END { for (at = 1; at <= NR; at++) print (late == "each" || (late == "newest" && at == NR) ? "take" : "leave"), minutes[at] }'
  } >"$home/.owed" && to_disk "$home/.owed" && mv -f "$home/.owed" "$home/owed" || not_written "$home"
}

# owed: its members of an answer; sets pending and untaken.
owed() {
  pending=0 untaken=0 taken= left= taken_count=0 left_count=0
  while read -r what id; do
    case $what in
    take)
      if [ -d "$home/runs/owed.$id" ]; then taken="$taken $id" taken_count=$((taken_count + 1)); else untaken=$((untaken + 1)); fi
      ;;
    leave) left="$left $id" left_count=$((left_count + 1)) ;;
    esac
  done <"$home/owed"
  pending=$untaken
  if [ "$running" -gt 0 ] && [ $taken_count -gt 0 ] && [ "$overlap" = no ]; then pending=$((pending + 1)); fi
}

newest() { printf '%s\n' "$@" | tail -n 20; }

run_owed() {
  check_epoch
  [ "$top_runs" = yes ] || answer notBlues
  [ -d "$home" ] || answer ok "$(state),\"owed\":{\"pending\":0,\"started\":[],\"leftOut\":[],\"startedCount\":0,\"leftOutCount\":0}"
  read_ledger "$since"
  if ! grep -q "^epoch $epoch\$" "$home/owed" 2>/dev/null; then
    if [ "$deciding" -gt 0 ]; then
      answer ok "$(state),\"owed\":{\"pending\":$deciding,\"started\":[],\"leftOut\":[],\"startedCount\":0,\"leftOutCount\":0}"
    fi
    choose_owed
  fi
  owed
  if [ "$untaken" -gt 0 ]; then
    [ "$line" = guarded ] || answer changed
    put_owed_line
  else
    remove_owed_line
  fi
  find_line
  members="\"pending\":$pending,\"started\":$(list $(newest $taken)),\"leftOut\":$(list $(newest $left))"
  answer ok "$(state),\"owed\":{$members,\"startedCount\":$taken_count,\"leftOutCount\":$left_count}"
}

unguard() {
  read_top
  [ "$epoch" -ge "$top" ] || answer stale ",\"epoch\":$top"
  [ "$top_runs" = yes ] || answer notBlues
  [ -z "$(lines_with "$guard_owed")" ] || answer busy
  remove_read_line
  restore_line
  if is_noted guarded; then note_cuts '$1 != "guarded" && $1 != "read" { print }'; fi
  answer ok "$(state)"
}

retire() {
  check_epoch
  [ "$top_runs" = no ] || answer notGreens
  remove_read_line
  retire_line
  answer ok "$(state)"
}

begin_work
[ "$command" = look ] || take_lock
find_line
case $line in
plain | guarded | retired) ;;
# Blue is to run the job: that is noted, whatever became of the line.
*) [ "$command $runs" = 'guard yes' ] || answer "$line" ;;
esac
case $command in
runOwed) run_owed ;;
*) $command ;;
esac
