import type { Direction } from './common';
import type { DatabaseVerbs, Told } from './database';

/** The verbs that PostgreSQL needs: managed blue/green only, where RDS fences, drains and promotes. */
export type PostgresVerbs = {
  [V in keyof DatabaseVerbs as `postgres.${V}`]: V extends 'verify'
    ? Told<DatabaseVerbs[V]> & { args: Direction }
    : Told<DatabaseVerbs[V]>;
};
