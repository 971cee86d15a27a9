/* As configure makes it. */
#define CRON_HOSTNAME ".cron.hostname"
#define CRONDIR "/var/spool/cron"
#define SPOOL_DIR "/var/spool/cron"
#define SYSCRONTAB "/etc/crontab"
#define SYS_CROND_DIR "/etc/cron.d"
