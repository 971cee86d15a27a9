/* Debian's cron has one header of this name for all that cronie has in several. */
#include "config.h"
#include <pwd.h>
#include <time.h>
#include "cronie_common.h"
#include "globals.h"
#include "funcs.h"
