import { z } from 'zod';
import type { RedisVerbs } from '../../contract/cache';
import { argument, from, on, oneWay, seconds, to } from '../arguments';
import type { VerbEntry } from '../verb';
import type { Caches } from './caches';
import { keysCheck } from './checks/keys';
import { clients } from './clients';
import { drain } from './drain';
import { evict } from './evict';
import { freeze } from './freeze';
import { handover } from './handover';
import { interpose } from './interpose';
import { nowrites } from './nowrites';
import { preflight } from './preflight';
import { relayStatus } from './relay-status';
import { replicate } from './replicate';
import { reverse } from './reverse';
import { status } from './status';
import { stop } from './stop';
import { unfreeze } from './unfreeze';
import { verify } from './verify';
import { withdraw } from './withdraw';

const targetIsOurs = argument(z.boolean(), {
  description: 'keys already on --to are from an earlier run of this migration, and may be overwritten and deleted',
  byHand: false,
});

const settled = argument(oneWay({ from, to, freezeSeconds: seconds, timeoutSeconds: seconds }).optional(), {
  description: 'answer only once drain and delta together would take this many seconds, from blue to green',
  written: {
    as: 'seconds',
    read: (text) => ({ from: 'blue', to: 'green', freezeSeconds: Number(text), timeoutSeconds: 3600 }),
  },
});

/** The verbs of caches, in the order in which a cutover needs them. */
export const redisVerbs: { readonly [V in keyof RedisVerbs]: VerbEntry<V, Caches> } = {
  'redis.preflight': {
    summary: 'Say what would go wrong, and change nothing',
    arguments: oneWay({ from, to, targetIsOurs }),
    run: preflight,
    begins: true,
  },
  'redis.replicate': {
    summary: 'Copy one side to the other and keep it current from then on',
    arguments: oneWay({
      from,
      to,
      targetIsOurs,
      overlap: argument(z.boolean(), {
        description: 'clients may write to --to while the copy is kept current; what they write there stands',
        byHand: false,
      }),
    }),
    run: replicate,
    begins: true,
    inService: true,
  },
  'redis.status': {
    summary: 'What is being replicated, and how far behind it is',
    arguments: z.strictObject({ settled }),
    run: status,
    inService: true,
  },
  'redis.verify': {
    summary: 'Compare the two sides key by key',
    arguments: oneWay({
      from,
      to,
      mode: argument(z.enum(['full', 'delta']), {
        description: 'full: every key; delta: the keys changed since the last full began',
        byHand: 'full',
      }),
    }),
    run: verify,
    inService: true,
  },
  'redis.freeze': {
    summary: "Stop clients' writes on a side: hold them back, or before 6.2 close their connections",
    arguments: z.strictObject({
      side: on,
      seconds: argument(seconds, { description: 'the pause ends by itself after this many seconds', byHand: 60 }),
    }),
    run: freeze,
  },
  'redis.unfreeze': {
    summary: 'Let the writes that freeze holds back run',
    arguments: z.strictObject({ side: on }),
    run: unfreeze,
  },
  'redis.nowrites': {
    summary: 'Prove that nobody writes to a side',
    arguments: z.strictObject({
      side: on,
      seconds: argument(seconds, { description: 'nobody may write for this many seconds', byHand: 5 }),
      timeoutSeconds: argument(seconds, { description: 'give up after this many seconds', byHand: 60 }),
    }),
    run: nowrites,
  },
  'redis.drain': {
    summary: 'Wait until everything that is on one side is on the other',
    arguments: oneWay({
      from,
      to,
      timeoutSeconds: argument(seconds, { description: 'give up after this many seconds', byHand: 60 }),
    }),
    run: drain,
    inService: true,
  },
  'redis.clients': {
    summary: 'Who is connected to a side, by address, name and database',
    arguments: z.strictObject({ side: on }),
    run: clients,
  },
  'redis.evict': {
    summary: 'Close every connection to a side until nobody comes back',
    arguments: z.strictObject({
      side: on,
      quietSeconds: argument(z.number().min(0).max(86_400), {
        description: 'nobody may be connected for this many seconds',
        byHand: 10,
      }),
      timeoutSeconds: argument(seconds, { description: 'give up after this many seconds', byHand: 120 }),
      oneByOne: argument(z.boolean().optional(), {
        description: 'close one connection after the other, those first that ask for nothing',
        byHand: false,
      }),
    }),
    run: evict,
    inService: 'where it runs',
  },
  'redis.reverse': {
    summary: 'Keep the other direction current instead, ready for the rollback',
    arguments: oneWay({
      from,
      to,
      overlap: argument(z.boolean(), {
        description: 'clients may write to --to meanwhile; what they write there stands',
        byHand: false,
      }),
    }),
    run: reverse,
    inService: true,
  },
  'redis.interpose': {
    summary: 'Start the relay: clients that connect to it can be moved without closing their connections',
    arguments: z.strictObject({
      serving: argument(z.enum(['blue', 'green']), { description: 'the side that clients are on', byHand: 'blue' }),
      port: argument(z.int().min(0).max(65_535), { description: 'where clients connect to', byHand: 6379 }),
      takesOver: argument(z.boolean(), {
        description: 'the host that ran the relay before is shut out of both sides, and this one goes on',
        byHand: false,
      }),
    }),
    run: interpose,
    inService: true,
  },
  'redis.relay': {
    summary: 'Who is connected to the relay, and which side serves them',
    arguments: z.strictObject({}),
    run: relayStatus,
    inService: true,
  },
  'redis.handover': {
    summary: 'Move all clients of the relay to the other side in one pause, or leave all where they are',
    arguments: oneWay({
      from,
      to,
      maxPauseMs: argument(z.number().positive().max(60_000), {
        description: 'clients wait no longer than this many milliseconds, or stay where they are',
        byHand: 1000,
      }),
      closesOthers: argument(z.boolean(), {
        description: 'close clients that cannot be moved, instead of refusing',
        byHand: false,
      }),
    }),
    run: handover,
    inService: true,
  },
  'redis.withdraw': {
    summary: 'End the relay, once nobody is connected to it any more',
    arguments: z.strictObject({
      closesWithinSeconds: argument(seconds.optional(), {
        description: 'close clients, each between two of its commands, and after so many seconds all of them',
        written: { as: 'seconds', read: Number },
      }),
    }),
    run: withdraw,
    inService: true,
  },
  'redis.stop': {
    summary: 'Stop every replication of the migration',
    arguments: z.strictObject({}),
    run: stop,
    inService: true,
  },
};

export const redisChecks: { readonly 'check.keys': VerbEntry<'check.keys', Caches> } = {
  'check.keys': {
    summary: 'Wait until keys that match a pattern appear, and say how many did',
    arguments: z.strictObject({
      side: on,
      pattern: argument(z.string().min(1), {
        description: 'what the keys are called, as SCAN matches it',
        written: { as: 'pattern', read: (text) => text },
      }),
      database: argument(z.int().min(0), { description: 'the logical database', byHand: 0 }),
      atLeast: argument(z.int().min(1), { description: 'how many keys', byHand: 1 }),
      existing: argument(z.boolean(), { description: 'count those that are there already', byHand: false }),
      withinSeconds: argument(seconds, { description: 'seconds that they are waited for', byHand: 30 }),
    }),
    run: keysCheck,
  },
};
