import type { RedisVerbs } from '../../contract/cache';
import type { VerbEntry } from '../verb-entry';
import { redisArguments } from './arguments';
import type { Caches } from './caches';
import { clients } from './clients';
import { drain } from './drain';
import { evict } from './evict';
import { freeze } from './freeze';
import { preflight } from './preflight';
import { provestill } from './provestill';
import { replicate } from './replicate';
import { reverse } from './reverse';
import { status } from './status';
import { stop } from './stop';
import { unfreeze } from './unfreeze';
import { verify } from './verify';

/** The verbs of caches, in the order in which a cutover needs them. */
export const redisVerbs: { readonly [V in keyof RedisVerbs]: VerbEntry<V, Caches> } = {
  'redis.preflight': {
    summary: 'Say what would go wrong, and change nothing',
    arguments: redisArguments['redis.preflight'],
    run: preflight,
    begins: true,
  },
  'redis.replicate': {
    summary: 'Copy one side to the other and keep it current from then on',
    arguments: redisArguments['redis.replicate'],
    run: replicate,
    begins: true,
    inService: true,
  },
  'redis.status': {
    summary: 'What is being replicated, and how far behind it is',
    arguments: redisArguments['redis.status'],
    run: status,
    inService: true,
  },
  'redis.verify': {
    summary: 'Compare the two sides key by key',
    arguments: redisArguments['redis.verify'],
    run: verify,
    inService: true,
  },
  'redis.freeze': {
    summary: "Stop users' writes on a side: hold them back, or before 6.2 close their connections",
    arguments: redisArguments['redis.freeze'],
    run: freeze,
  },
  'redis.unfreeze': {
    summary: 'Let the writes that freeze holds back run',
    arguments: redisArguments['redis.unfreeze'],
    run: unfreeze,
  },
  'redis.provestill': {
    summary: 'Prove that nobody writes to a side',
    arguments: redisArguments['redis.provestill'],
    run: provestill,
  },
  'redis.drain': {
    summary: 'Wait until everything that is on one side is on the other',
    arguments: redisArguments['redis.drain'],
    run: drain,
    inService: true,
  },
  'redis.clients': {
    summary: 'Who is connected to a side, by address, name and database',
    arguments: redisArguments['redis.clients'],
    run: clients,
  },
  'redis.evict': {
    summary: 'Close every connection to a side until nobody comes back',
    arguments: redisArguments['redis.evict'],
    run: evict,
  },
  'redis.reverse': {
    summary: 'Keep the other direction current instead, ready for the way back',
    arguments: redisArguments['redis.reverse'],
    run: reverse,
    inService: true,
  },
  'redis.stop': {
    summary: 'Stop every replication of the migration',
    arguments: redisArguments['redis.stop'],
    run: stop,
    inService: true,
  },
};
