import { onMysql } from '../migration';
import type { VerbEntry } from '../verb';
import { mysqlArguments } from './arguments';
import { status } from './status';

/** The verbs of MySQL databases, in the order in which a cutover needs them. */
export const mysqlVerbs: { readonly [V in 'mysql.status']: VerbEntry<V> } = {
  'mysql.status': {
    summary: 'What replicates into either side, or is configured to, and how far behind it is',
    arguments: mysqlArguments['mysql.status'],
    run: onMysql(status),
    begins: true,
  },
};
