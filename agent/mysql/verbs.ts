import type { MysqlVerbs } from '../../contract/mysql';
import { databaseArguments } from '../sql/arguments';
import type { Databases } from '../sql/databases';
import type { VerbEntry } from '../verb-entry';
import { alive } from './alive';
import { mysqlArguments } from './arguments';
import { caughtup } from './caughtup';
import { connections } from './connections';
import { conversions } from './conversions';
import { convert } from './convert';
import { detach } from './detach';
import { drain } from './drain';
import { evict } from './evict';
import { fence } from './fence';
import { follow } from './follow';
import { preflight } from './preflight';
import { provestill } from './provestill';
import { resumereplica } from './resumereplica';
import { smoke } from './smoke';
import { status } from './status';
import { verify } from './verify';
import { writable } from './writable';

/** The verbs of MySQL databases, in the order in which a cutover needs them. */
export const mysqlVerbs: { readonly [V in keyof MysqlVerbs]: VerbEntry<V, Databases> } = {
  'mysql.preflight': {
    summary: 'Say what would go wrong, and change nothing',
    arguments: databaseArguments.preflight,
    run: preflight,
    begins: true,
  },
  'mysql.conversions': {
    summary: 'Say what is to be done on the converting replica, and change nothing',
    arguments: databaseArguments.status,
    run: conversions,
    begins: true,
  },
  'mysql.convert': {
    summary: 'Stop the replication of the converting replica, and perform one step there',
    arguments: mysqlArguments['mysql.convert'],
    run: convert,
    inService: true,
  },
  'mysql.resumereplica': {
    summary: 'Have the converting replica follow blue again',
    arguments: mysqlArguments['mysql.resumereplica'],
    run: resumereplica,
  },
  'mysql.status': {
    summary: 'What replicates into either side, or is configured to, and how far behind it is',
    arguments: databaseArguments.status,
    run: status,
    begins: true,
  },
  'mysql.caughtup': {
    summary: 'Wait until one side follows the other with a small and steady lag',
    arguments: mysqlArguments['mysql.caughtup'],
    run: caughtup,
    begins: true,
  },
  'mysql.smoke': {
    summary: "Run the migration's own queries on both sides, and compare what they give",
    arguments: databaseArguments.smoke,
    run: smoke,
    begins: true,
  },
  'mysql.verify': {
    summary: 'Compare what is defined on the two sides, or their rows',
    arguments: mysqlArguments['mysql.verify'],
    run: verify,
    inService: true,
  },
  'mysql.alive': {
    summary: 'Whether a side answers, and whether its engine has restarted',
    arguments: mysqlArguments['mysql.alive'],
    run: alive,
  },
  'mysql.connections': {
    summary: 'Who is connected to a side, by user, host and database',
    arguments: databaseArguments.connections,
    run: connections,
  },
  'mysql.fence': {
    summary: "Close users' connections to a side once",
    arguments: mysqlArguments['mysql.fence'],
    run: fence,
  },
  'mysql.provestill': {
    summary: 'Prove that nobody writes to a side',
    arguments: mysqlArguments['mysql.provestill'],
    run: provestill,
  },
  'mysql.drain': {
    summary: 'Wait until one side has applied everything that is in the log of the other',
    arguments: mysqlArguments['mysql.drain'],
    run: drain,
  },
  'mysql.follow': {
    summary: 'Make one side replicate from the other',
    arguments: mysqlArguments['mysql.follow'],
    run: follow,
  },
  'mysql.writable': {
    summary: 'Wait until a side takes writes: it has been promoted',
    arguments: mysqlArguments['mysql.writable'],
    run: writable,
  },
  'mysql.detach': {
    summary: "Stop a side's replication and clear its configuration",
    arguments: mysqlArguments['mysql.detach'],
    run: detach,
  },
  'mysql.evict': {
    summary: 'Close every connection to a side until nobody comes back',
    arguments: databaseArguments.evict,
    run: evict,
  },
};
