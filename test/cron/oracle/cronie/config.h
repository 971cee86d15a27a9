/* As configure makes it of a Linux with glibc. DEBUGGING: macros.h is no C without it. */
#define DEBUGGING 1
#define HAVE_ERRNO_DECL 1
#define HAVE_FCHMOD 1
#define HAVE_FCHOWN 1
#define HAVE_FCNTL_H 1
#define HAVE_FLOCK 1
#define HAVE_LIMITS_H 1
#define HAVE_STRUCT_TM_TM_GMTOFF 1
#define HAVE_SYS_FILE_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_UNISTD_H 1
#define PACKAGE_STRING "oracle"
#define PACKAGE_VERSION "oracle"
