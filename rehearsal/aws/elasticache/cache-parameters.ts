import type { Parameter } from '@aws-sdk/client-elasticache';

/** A parameter's default, and the values it takes. */
export interface KnownParameter {
  readonly fallback: string;
  readonly accepts: RegExp;
  readonly allowed: string;
}

const integer = (fallback: string): KnownParameter => ({ fallback, accepts: /^\d+$/, allowed: '0-' });
const yesNo = (fallback: string): KnownParameter => ({ fallback, accepts: /^(yes|no)$/, allowed: 'yes,no' });

/** Those that can be changed while the engine runs, with what ElastiCache gives them. */
export const PARAMETERS: Readonly<Record<string, KnownParameter>> = {
  activedefrag: yesNo('no'),
  'client-output-buffer-limit-pubsub-hard-limit': integer('33554432'),
  'client-output-buffer-limit-pubsub-soft-limit': integer('8388608'),
  'client-output-buffer-limit-pubsub-soft-seconds': integer('60'),
  'lazyfree-lazy-eviction': yesNo('no'),
  'lazyfree-lazy-expire': yesNo('no'),
  'maxmemory-policy': {
    fallback: 'volatile-lru',
    accepts: /^(volatile|allkeys)-(lru|lfu|random)$|^volatile-ttl$|^noeviction$/,
    allowed: 'volatile-lru,allkeys-lru,volatile-lfu,allkeys-lfu,volatile-random,allkeys-random,volatile-ttl,noeviction',
  },
  'maxmemory-samples': integer('3'),
  'notify-keyspace-events': { fallback: '', accepts: /^[KEg$lshzxetdmnA]*$/, allowed: 'K,E,g,$,l,s,h,z,x,e,t,d,m,n,A' },
  'reserved-memory-percent': { fallback: '25', accepts: /^(100|\d{1,2})$/, allowed: '0-100' },
  'slowlog-log-slower-than': { fallback: '10000', accepts: /^-?\d+$/, allowed: '-1-' },
  'slowlog-max-len': integer('128'),
  'tcp-keepalive': integer('300'),
  timeout: { fallback: '0', accepts: /^(0|[2-9]\d|\d{3,})$/, allowed: '0,20-' },
};

/** As DescribeCacheParameters shows it. */
export function describeParameter(name: string, known: KnownParameter, value: string | undefined): Parameter {
  return {
    ParameterName: name,
    // A parameter that is empty comes without a value.
    ...((value ?? known.fallback) !== '' && { ParameterValue: value ?? known.fallback }),
    Source: value === undefined ? 'system' : 'user',
    AllowedValues: known.allowed,
    IsModifiable: true,
    DataType: known.allowed.startsWith('0') ? 'integer' : 'string',
    ChangeType: 'immediate',
  };
}
