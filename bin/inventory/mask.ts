/**
 * Hides, on the host itself, what may be a secret: what a command prints, Run Command keeps and shows in the
 * console. Rather too much is hidden than too little; a reference such as `$DB_PASSWORD` is no secret and stays.
 *
 * Basic regular expressions, for sed of the oldest hosts has no option for others; old versions of mawk know no `{20}`, so the
 * run is written out.
 */
export const MASK_FUNCTIONS = String.raw`
rules() {
  printf '%s\n' 's/\([Aa][Uu][Tt][Hh][Oo][Rr][Ii][Zz][Aa][Tt][Ii][Oo][Nn]: *\)[^"'\'']*/\1***/g'
  for word in '[Pp][Aa][Ss][Ss]' '[Pp][Ww]' '[Ss][Ee][Cc][Rr][Ee][Tt]' '[Tt][Oo][Kk][Ee][Nn]' '[Kk][Ee][Yy]' '[Cc][Rr][Ee][Dd]' '[Aa][Uu][Tt][Hh]' '[Ss][Ii][Gg][Nn]' '[Ss][Aa][Ll][Tt]' '[Ll][Ii][Cc][Ee][Nn][CcSs][Ee]'; do
    name="$word[A-Za-z0-9_.-]*"
    printf '%s\n' \
      's/\('"$name"'["'\'']\{0,1\}]\{0,1\} *=\{1,\}>\{0,1\} *\)"[^"$][^"]*"/\1***/g' \
      's/\('"$name"'["'\'']\{0,1\}]\{0,1\} *=\{1,\}>\{0,1\} *\)'\''[^'\''$][^'\'']*'\''/\1***/g' \
      's/\('"$name"'=\)[^]"'\''$ ;|&)(},][^]"'\'' ;|&)(},]*/\1***/g' \
      's/\('"$name"'["'\'']\{0,1\} *: *["'\'']\{0,1\}\)[^]"'\''$ /*][^"'\'' ,]*/\1***/g' \
      's/\(--*[A-Za-z0-9_-]*'"$name"'  *\)"[^"$][^"]*"/\1***/g' \
      's/\(--*[A-Za-z0-9_-]*'"$name"'  *\)'\''[^'\'']*'\''/\1***/g' \
      's/\(--*[A-Za-z0-9_-]*'"$name"'  *\)[^-$ "'\''][^ ]*/\1***/g'
  done
  printf '%s\n' \
    's#\(://[^/:@ ]*:\)[^@/ $][^@/ ]*@#\1***@#g' \
    's/\( -u  *["'\'']\{0,1\}[^: ]*:\)[^ "'\''$][^ "'\'']*/\1***/g' \
    's/\( --user[ =] *["'\'']\{0,1\}[^: ]*:\)[^ "'\''$][^ "'\'']*/\1***/g' \
    '/mysql/s/\( -p\)[^ $][^ ]*/\1***/g' \
    '/mariadb/s/\( -p\)[^ $][^ ]*/\1***/g' \
    '/sshpass/s/\( -p *\)[^ $][^ ]*/\1***/g' \
    '/redis-cli/s/\( -a  *\)[^ $][^ ]*/\1***/g' \
    '/smbclient/s/\( -U  *[^ %]*%\)[^ ]*/\1***/g' \
    's/A[KS]IA[A-Z0-9]\{16\}/***/g'
}
mask() {
  sed -f "$work/rules" | awk '
    BEGIN { c = "[A-Za-z0-9+=]"; re = c; for (i = 1; i < 20; i++) re = re c; re = re c "*" }
    { line = $0; out = ""
      while (match(line, re)) {
        run = substr(line, RSTART, RLENGTH)
        if (run ~ /[0-9]/ && run ~ /[A-Za-z]/) run = "***"
        out = out substr(line, 1, RSTART - 1) run
        line = substr(line, RSTART + RLENGTH)
      }
      print out line }'
}
mask_variables() {
  sed -e '/^[ \t]*[A-Za-z_][A-Za-z0-9_]* *=/!b' \
    -e '/^[ \t]*\(PATH\|SHELL\|HOME\|MAILTO\|MAILFROM\|LANG\|LANGUAGE\|TZ\|CRON_TZ\|RANDOM_DELAY\|START_HOURS_RANGE\|LOGNAME\|USER\) *=/b' \
    -e '/^[ \t]*\(LC_[A-Z]*\|CONTENT_[A-Z_]*\|[A-Z_]*\(HOME\|DIR\|PATH\|ENV\|HOST\|PORT\|REGION\)\) *=/b' \
    -e 's/=.*/=***/'
}`;
