/** Where a host's programs find what its clock shows. */
export const CLOCK_FILE = '/run/rehearsed-clock';

/**
 * What the loader puts before the C library in every program of a host (/etc/ld.so.preload): wall clock and sleeps go by the
 * clock of the rehearsal. In C without headers, so that any compiler makes it.
 *
 * libfaketime counts a rate from the start of each process, or from an environment that cron and the runner of jobs both
 * empty: a job would be an hour from its cron. The monotonic clock stays the machine's: Node.js waits by it for sockets.
 */
export const CLOCK_SOURCE = `
typedef long word;
struct timespec { word tv_sec; word tv_nsec; };
struct timeval { word tv_sec; word tv_usec; };

/* An odd version is one that is being written. Nanoseconds; the rate in thousandths. */
struct page { volatile word version, machine, elapsed, rate, epoch, born, begin, pace; };

extern long syscall(long, ...);
extern int *__errno_location(void);
extern int open(const char *, int, ...);
extern int close(int);
extern void *mmap(void *, unsigned long, int, int, int, word);

#if defined(__x86_64__)
#define CLOCK_GETTIME 228
#define CLOCK_NANOSLEEP 230
#define NEWFSTATAT 262
#else
#define CLOCK_GETTIME 113
#define CLOCK_NANOSLEEP 115
#define NEWFSTATAT 79
#endif
#define MONOTONIC 1
#define BILLION 1000000000L
#define EINTR 4
#define O_CLOEXEC 02000000
/* How long a sleeper does not notice that the rate has changed. */
#define MAX_PIECE 20000000L
#define MIN_PIECE 100000L

static struct page *clock_of_host(void) {
  static struct page *page;
  if (page == 0) {
    int file = open("${CLOCK_FILE}", O_CLOEXEC);
    void *mapped = file < 0 ? (void *)-1 : mmap(0, 4096, 1, 1, file, 0);
    if (file >= 0) close(file);
    if (mapped == (void *)-1) return 0;
    page = mapped;
  }
  return page;
}

static word elapsed_ns(struct page *page, word *rate, word *epoch) {
  for (;;) {
    word version = page->version, machine = page->machine, elapsed = page->elapsed;
    word speed = page->rate, begin = page->epoch;
    struct timespec now;
    if ((version & 1) || version != page->version) continue;
    if (rate) *rate = speed;
    if (epoch) *epoch = begin;
    syscall(CLOCK_GETTIME, MONOTONIC, &now);
    return elapsed + (now.tv_sec * BILLION + now.tv_nsec - machine) / 1000 * speed;
  }
}

/* CLOCK_REALTIME, _COARSE, CLOCK_TAI */
static int is_wall_clock(int id) { return id == 0 || id == 5 || id == 11; }

int clock_gettime(int id, struct timespec *now) {
  struct page *page = is_wall_clock(id) ? clock_of_host() : 0;
  word epoch, ns;
  if (page == 0) return syscall(CLOCK_GETTIME, id, now);
  ns = elapsed_ns(page, 0, &epoch);
  ns += epoch;
  now->tv_sec = ns / BILLION;
  now->tv_nsec = ns % BILLION;
  return 0;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec exact;
  int failed = clock_gettime(0, &exact);
  if (failed || now == 0) return failed;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

word time(word *now) {
  struct timespec exact;
  clock_gettime(0, &exact);
  if (now) *now = exact.tv_sec;
  return exact.tv_sec;
}

/* Returns what is left of it where a signal has ended it. */
static word pause_for(struct page *page, word ns) {
  word rate, end = elapsed_ns(page, 0, 0) + ns;
  for (;;) {
    word left = end - elapsed_ns(page, &rate, 0), piece;
    struct timespec asked;
    if (left <= 0) return 0;
    piece = rate > 0 ? left / rate * 1000 : MAX_PIECE;
    if (piece > MAX_PIECE) piece = MAX_PIECE;
    if (piece < MIN_PIECE) piece = MIN_PIECE;
    asked.tv_sec = 0;
    asked.tv_nsec = piece;
    if (syscall(CLOCK_NANOSLEEP, MONOTONIC, 0, &asked, (void *)0) != 0) {
      left = end - elapsed_ns(page, 0, 0);
      return left > 0 ? left : 0;
    }
  }
}

int clock_nanosleep(int id, int flags, const struct timespec *asked, struct timespec *left) {
  struct page *page = clock_of_host();
  word ns = asked->tv_sec * BILLION + asked->tv_nsec;
  int until = flags & 1;
  if (page == 0 || (until && !is_wall_clock(id))) {
    return syscall(CLOCK_NANOSLEEP, id, flags, asked, left) == 0 ? 0 : *__errno_location();
  }
  if (until) {
    struct timespec now;
    clock_gettime(id, &now);
    ns -= now.tv_sec * BILLION + now.tv_nsec;
  }
  ns = ns > 0 ? pause_for(page, ns) : 0;
  if (ns == 0) return 0;
  if (left && !until) {
    left->tv_sec = ns / BILLION;
    left->tv_nsec = ns % BILLION;
  }
  return EINTR;
}

int nanosleep(const struct timespec *asked, struct timespec *left) {
  int error = clock_nanosleep(MONOTONIC, 0, asked, left);
  if (error == 0) return 0;
  *__errno_location() = error;
  return -1;
}

unsigned sleep(unsigned seconds) {
  struct timespec asked, left;
  asked.tv_sec = seconds;
  asked.tv_nsec = 0;
  left.tv_sec = 0;
  left.tv_nsec = 0;
  if (nanosleep(&asked, &left) == 0) return 0;
  return left.tv_sec + (left.tv_nsec >= BILLION / 2);
}

/* Of a file that was there before the rehearsal, no finer. */
static void refine(struct page *page, struct timespec *time) {
  word since = time->tv_sec * BILLION + time->tv_nsec - page->born;
  word ns = page->begin + (since > 0 ? since / 1000 * page->pace : since);
  time->tv_sec = ns / BILLION;
  time->tv_nsec = ns % BILLION;
}

/* struct stat has the times of access, modification and change at these places, on both machines. */
static int see(int folder, const char *path, char *into, int flags) {
  struct page *page = clock_of_host();
  long failed = syscall(NEWFSTATAT, folder, path, into, flags);
  int at;
  for (at = 72; page != 0 && failed == 0 && at <= 104; at += 16) refine(page, (struct timespec *)(into + at));
  return failed;
}

/* AT_FDCWD, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH */
int stat(const char *path, char *into) { return see(-100, path, into, 0); }
int lstat(const char *path, char *into) { return see(-100, path, into, 0x100); }
int fstat(int file, char *into) { return see(file, "", into, 0x1000); }
int fstatat(int folder, const char *path, char *into, int flags) { return see(folder, path, into, flags); }
int stat64(const char *path, char *into) { return stat(path, into); }
int lstat64(const char *path, char *into) { return lstat(path, into); }
int fstat64(int file, char *into) { return fstat(file, into); }
int fstatat64(int folder, const char *path, char *into, int flags) { return fstatat(folder, path, into, flags); }

int usleep(unsigned microseconds) {
  struct timespec asked;
  asked.tv_sec = microseconds / 1000000;
  asked.tv_nsec = microseconds % 1000000 * 1000;
  return nanosleep(&asked, 0);
}
`;
