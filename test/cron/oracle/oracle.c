/*
 * oracle LINES FROM TO, in seconds since 1970: when cron starts each line, asked of its own code. Its parser, main loop and matching
 * are cron's; the clock, and what would start a command, are these. A line of LINES is a number, a zone for CRON_TZ or `-`, and
 * the time fields, with tabs between. Of each that cron takes: the number, how many starts there were, and a digest of their
 * minutes.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "cron.h"

#define MOST 20000
static time_t now, end;
static const char *lines;
static unsigned starts[MOST], digests[MOST];
static char taken[MOST];

static void tell(void) {
  int line;
  for (line = 0; line < MOST; line++)
    if (taken[line]) printf("%d %u %u\n", line, starts[line], digests[line]);
  fflush(stdout);
  _exit(0);
}

time_t __wrap_time(time_t *into) {
  if (into) *into = now;
  return now;
}

unsigned __wrap_sleep(unsigned seconds) {
  now += seconds;
  if (now >= end) tell();
  return 0;
}

/*
 * cron asks for the same minute and sets the same zone once a line, and each change of TZ reads a file: what is known is not worked
 * out again. No zone changes its clock but at a quarter of an hour.
 */
#define QUARTER 900
#define ZONES 4
#define QUARTERS 40000
struct quarter { char is_known, isdst; int gmtoff; };
static char zone[64];
static time_t begin;
static struct { char name[sizeof zone]; struct quarter quarters[QUARTERS]; } zones[ZONES];

int __real_setenv(const char *, const char *, int);
int __wrap_setenv(const char *name, const char *value, int over) {
  if (strcmp(name, "TZ") != 0) return __real_setenv(name, value, over);
  if (strcmp(zone, value) != 0) snprintf(zone, sizeof zone, "%s", value);
  return 0;
}

char *__real_getenv(const char *);
char *__wrap_getenv(const char *name) {
  static char asked[sizeof zone];
  if (strcmp(name, "TZ") != 0) return __real_getenv(name);
  /* cron keeps what it got while it sets another. */
  return strcpy(asked, zone);
}

struct tm *__real_localtime(const time_t *);
static struct quarter quarter_of(time_t at) {
  int each = 0;
  struct quarter *found;
  while (zones[each].name[0] != '\0' && strcmp(zones[each].name, zone) != 0)
    if (++each == ZONES) abort();
  strcpy(zones[each].name, zone);
  found = &zones[each].quarters[(at - begin) / QUARTER];
  if (!found->is_known) {
    struct tm *tm;
    __real_setenv("TZ", zone, 1);
    tm = __real_localtime(&at);
    found->is_known = 1;
    found->isdst = tm->tm_isdst;
    found->gmtoff = tm->tm_gmtoff;
  }
  return *found;
}

struct tm *__real_gmtime(const time_t *);
struct tm *__wrap_gmtime(const time_t *at) {
  static time_t known = -1;
  static struct tm tm;
  if (*at != known) tm = *__real_gmtime(at);
  known = *at;
  return &tm;
}

struct tm *__wrap_localtime(const time_t *at) {
  static time_t known = -1;
  static char of[sizeof zone];
  static struct tm tm;
  if (*at != known || strcmp(of, zone) != 0) {
    struct quarter quarter = quarter_of(*at);
    time_t shown = *at + quarter.gmtoff;
    tm = *__real_gmtime(&shown);
    tm.tm_isdst = quarter.isdst;
    tm.tm_gmtoff = quarter.gmtoff;
    known = *at;
    strcpy(of, zone);
  }
  return &tm;
}

void job_add(entry *e, user *u) {
  int line = atoi(e->cmd);
  starts[line]++;
  digests[line] = digests[line] * 31 + (unsigned)(now / 60);
}

/* None: cron would wait ten seconds before the next minute that it makes up for. */
int job_runqueue(void) { return 0; }

/* Each line is a crontab of its own: Debian's cron takes no line of a file of which it refuses one. */
static void load_line(cron_db *db, int number, const char *cron_tz, const char *fields) {
  static struct passwd owner = {
    .pw_name = "oracle", .pw_passwd = "x", .pw_gecos = "", .pw_dir = "/", .pw_shell = "/bin/sh"
  };
  int file = memfd_create("crontab", 0);
  user *loaded;
  if (strcmp(cron_tz, "-") != 0) dprintf(file, "CRON_TZ=%s\n", cron_tz);
  dprintf(file, "%s %d\n", fields, number);
  lseek(file, 0, SEEK_SET);
  loaded = load_user(file, &owner, "oracle", "oracle", "oracle");
  close(file);
  if (loaded == NULL || loaded->crontab == NULL) return;
  taken[number] = 1;
  loaded->next = db->head;
  db->head = loaded;
}

ORACLE_LOADS load_database(cron_db *db) {
  static int is_loaded;
  char line[1024];
  FILE *file;
  if (is_loaded++) ORACLE_LOADED;
  if ((file = fopen(lines, "r")) == NULL) {
    perror(lines);
    exit(1);
  }
  while (fgets(line, sizeof line, file) != NULL) {
    char *cron_tz = strchr(line, '\t') + 1;
    char *fields = strchr(cron_tz, '\t') + 1;
    fields[-1] = '\0';
    fields[strcspn(fields, "\n")] = '\0';
    load_line(db, atoi(line), cron_tz, fields);
  }
  fclose(file);
  ORACLE_LOADED;
}

/* What a daemon does to the machine. */
void check_orphans(cron_db *db) {}
void __wrap_acquire_daemonlock(int closing) {}
void __wrap_set_cron_uid(void) {}
void __wrap_set_cron_cwd(void) {}
void __wrap_check_spool_dir(void) {}
void __wrap_log_it() {}
void __wrap_syslog(int priority, const char *format, ...) {}
int __wrap_creat(const char *path, mode_t mode) { return open("/dev/null", O_WRONLY); }

int cron_main(int, char **);
int main(int count, char **words) {
  char *daemon[] = {"cron", ORACLE_FOREGROUND, NULL};
  const char *tz = __real_getenv("TZ");
  if (count != 4 || tz == NULL) {
    fprintf(stderr, "TZ=ZONE oracle LINES FROM TO\n");
    return 1;
  }
  snprintf(zone, sizeof zone, "%s", tz);
  lines = words[1];
  now = atol(words[2]) - 60;
  end = atol(words[3]);
  begin = now - 24 * 3600 - now % QUARTER;
  return cron_main(2, daemon);
}
