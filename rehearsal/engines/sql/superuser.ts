/** RDS's own superuser in every engine, which no customer has the password of. */
export const SUPERUSER = 'rdsadmin';
