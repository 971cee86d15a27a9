import type { Databases } from '../databases';
import { AgentError } from '../errors';
import type { Verb } from '../verb';

/** Says what is to be done on the converting replica. Changes nothing. */
export const conversions: Verb<Databases, 'mysql.conversions'> = async (databases) => {
  databases.requireConverting();
  throw new AgentError('Agent.Failed', 'The verb does nothing yet.');
};
