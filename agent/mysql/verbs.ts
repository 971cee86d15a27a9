import { z } from 'zod';
import type { MysqlVerbs } from '../../contract/mysql';
import { argument, from, on, oneWay, seconds, to } from '../arguments';
import { mode, timeoutSeconds, whereNow } from '../sql/arguments';
import type { Databases } from '../sql/databases';
import { databaseVerbs } from '../sql/verbs';
import type { VerbEntry } from '../verb';
import { alive } from './alive';
import { chainServer, longTimeoutSeconds, position, still, toServer } from './arguments';
import { awaitlag } from './awaitlag';
import { connections } from './connections';
import { conversions } from './conversions';
import { convert } from './convert';
import { detach } from './detach';
import { drain } from './drain';
import { evict } from './evict';
import { fence } from './fence';
import { follow } from './follow';
import { nowrites } from './nowrites';
import { preflight } from './preflight';
import { resumereplica } from './resumereplica';
import { smoke } from './smoke';
import { status } from './status';
import { verify } from './verify';
import { writable } from './writable';

/** The verbs of MySQL databases, in the order in which a cutover needs them. */
export const mysqlVerbs: { readonly [V in keyof MysqlVerbs]: VerbEntry<V, Databases> } = {
  'mysql.preflight': { ...databaseVerbs.preflight, run: preflight },
  'mysql.conversions': {
    summary: 'Say what is to be done on the converting replica, and change nothing',
    arguments: databaseVerbs.status.arguments,
    run: conversions,
    begins: true,
  },
  'mysql.convert': {
    summary: 'Stop the replication of the converting replica, and perform one step there',
    arguments: z.strictObject({
      step: argument(z.string().min(1), {
        description: 'the step to perform, by its id (mysql.conversions lists them)',
        written: { as: 'id', read: (text) => text },
      }),
      timeoutSeconds: longTimeoutSeconds,
      ...whereNow,
    }),
    run: convert,
    inService: true,
  },
  'mysql.resumereplica': {
    summary: 'Have the converting replica follow blue again',
    arguments: z.strictObject({ timeoutSeconds, ...whereNow }),
    run: resumereplica,
  },
  'mysql.status': {
    ...databaseVerbs.status,
    summary: 'What replicates into either side, or is configured to, and how far behind it is',
    run: status,
  },
  'mysql.awaitlag': {
    summary: 'Wait until one side follows the other with a small and steady lag',
    arguments: oneWay({
      from,
      to: toServer,
      lagSeconds: argument(z.number().min(0).max(86_400), { description: 'a lag that counts as caught up', byHand: 1 }),
      steadySeconds: argument(z.number().min(0).max(86_400), {
        description: 'the lag must stay that small for this many seconds',
        byHand: 5,
      }),
      timeoutSeconds: longTimeoutSeconds,
      ...whereNow,
    }),
    run: awaitlag,
    begins: true,
  },
  'mysql.smoke': { ...databaseVerbs.smoke, run: smoke },
  'mysql.verify': {
    ...databaseVerbs.verify,
    arguments: oneWay({ from, to: toServer, mode, ...whereNow }),
    run: verify,
    inService: true,
  },
  'mysql.alive': {
    ...databaseVerbs.alive,
    arguments: databaseVerbs.alive.arguments.extend({
      writableWithinSeconds: argument(z.number().min(0).max(86_400).optional(), {
        description: 'wait until clients can write to it, for so many seconds; 0: ask once',
        written: { as: 'seconds', read: Number },
      }),
    }),
    run: alive,
  },
  'mysql.connections': { ...databaseVerbs.connections, run: connections },
  'mysql.fence': {
    summary: "Close clients' connections to a side once",
    arguments: z.strictObject({ side: on, ...whereNow }),
    run: fence,
  },
  'mysql.nowrites': {
    summary: 'Prove that nobody writes to a side',
    arguments: z.strictObject({
      side: on,
      seconds: argument(seconds, { description: 'nobody may write for this many seconds', byHand: 5 }),
      timeoutSeconds,
      ...whereNow,
    }),
    run: nowrites,
  },
  'mysql.drain': {
    summary: 'Wait until one side has applied everything that is in the log of the other',
    arguments: oneWay({ from, to, timeoutSeconds, still, ...whereNow }),
    run: drain,
  },
  'mysql.follow': {
    summary: 'Make one side replicate from the other',
    arguments: oneWay({ from, to, position, ...whereNow }),
    run: follow,
  },
  'mysql.writable': {
    summary: 'Wait until a side takes writes: it has been promoted',
    arguments: z.strictObject({ side: on, timeoutSeconds, ...whereNow }),
    run: writable,
  },
  'mysql.detach': {
    summary: "Stop a side's replication and clear its configuration",
    arguments: z.strictObject({
      side: argument(chainServer, { description: 'the side, or the converting replica, to act on' }),
      ...whereNow,
    }),
    run: detach,
  },
  'mysql.evict': { ...databaseVerbs.evict, run: evict },
};
