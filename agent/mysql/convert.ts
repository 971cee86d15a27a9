import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';

/** Performs one step on the converting replica, whose replication stands meanwhile. */
export const convert: Verb<Databases, 'mysql.convert'> = async (databases) => {
  databases.requireConverting();
  throw new AgentError('Agent.Failed', 'The verb does nothing yet.');
};
