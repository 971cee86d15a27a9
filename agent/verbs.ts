import type { z } from 'zod';
import type { VerbName, Verbs } from './contract';
import { redisArguments } from './redis/arguments';
import type { Caches } from './redis/caches';
import { clients } from './redis/clients';
import { drain } from './redis/drain';
import { evict } from './redis/evict';
import { freeze } from './redis/freeze';
import { preflight } from './redis/preflight';
import { provestill } from './redis/provestill';
import { replicate } from './redis/replicate';
import { reverse } from './redis/reverse';
import { status } from './redis/status';
import { stop } from './redis/stop';
import { unfreeze } from './redis/unfreeze';
import { verify } from './redis/verify';
import type { Verb } from './verb';

export interface VerbEntry<V extends VerbName> {
  /** One line of help. */
  readonly summary: string;
  readonly arguments: z.ZodType<Verbs[V]['args']> & { readonly shape: z.ZodRawShape };
  readonly run: Verb<Caches, V>;
  /** An execution begins with it, before anything is frozen: configuration and credentials are read anew. */
  readonly begins?: boolean;
  /** Works on the replications of the running service, so that by hand it is asked to do it. */
  readonly inService?: boolean;
}

/** Every verb the agent has, in the order in which a cutover needs them. */
export const verbs: { readonly [V in VerbName]: VerbEntry<V> } = {
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

export const verbNames = Object.keys(verbs) as readonly VerbName[];
