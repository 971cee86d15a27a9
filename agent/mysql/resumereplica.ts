import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';

/** Has the converting replica follow blue again. */
export const resumereplica: Verb<Databases, 'mysql.resumereplica'> = async (databases) => {
  databases.requireConverting();
  throw new AgentError('Agent.Failed', 'The verb does nothing yet.');
};
