import { ValidationError } from '../../validation-error';
import { keyspaceEvents } from '../engine/keyspace-events';
import type { ReplicationGroupProps } from './replication-group-props';

/** The parameters of a group's own cache parameter group. */
export function cacheParameters({ parameters = {}, numShards }: ReplicationGroupProps): Record<string, string> {
  if ('cluster-enabled' in parameters) {
    throw new ValidationError(
      `Got parameter cluster-enabled '${parameters['cluster-enabled']}'. Cluster mode is numShards: state it, and leave ` +
        'the parameter out.',
    );
  }
  return {
    ...parameters,
    ...(numShards === undefined ? {} : { 'cluster-enabled': 'yes' }),
    'notify-keyspace-events': keyspaceEvents(parameters['notify-keyspace-events']),
  };
}
