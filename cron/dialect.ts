/**
 * Which cron reads a line. `cronie` is that of Fedora, Red Hat and Amazon Linux, as of 1.5.7, which Amazon Linux 2023 has;
 * `debian` is that of Debian and Ubuntu, as of 3.0pl1-162. Both come from Vixie's cron. They differ in what they refuse, and
 * Debian's knows no CRON_TZ.
 */
export type Dialect = 'cronie' | 'debian';
