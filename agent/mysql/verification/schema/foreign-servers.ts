import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { text } from '../../result-row';
import { digest } from './digest';
import { readOwn } from './information-schema';
import type { Reading } from './reading';

/** What is known to a whole server: loadable functions, components, and servers that tables of FEDERATED and the like lead to. */
export async function readServerDefinitions(reading: Reading): Promise<Definition[]> {
  const functions = await readOwn(reading, 'func', 'loadable functions');
  const { dialect } = reading.session;
  const components = dialect.mariadb || !dialect.atLeast(8, 0) ? [] : await readOwn(reading, 'component', 'components');
  const servers = await readOwn(reading, 'servers', 'servers of FEDERATED tables');
  return [
    ...functions.map((row) => ({
      object: `loadable function ${objectName(text(row, 'name'))}`,
      aspects: { library: text(row, 'dl'), returns: text(row, 'ret'), type: text(row, 'type') },
    })),
    ...components.map((row) => ({ object: `component ${text(row, 'component_urn')}`, aspects: {} })),
    ...servers.map((row) => ({
      object: `server ${objectName(text(row, 'Server_name'))}`,
      aspects: {
        ...Object.fromEntries(
          ['Host', 'Port', 'Socket', 'Db', 'Username', 'Wrapper', 'Owner', 'Options'].map((column) => [
            column.toLowerCase(),
            text(row, column),
          ]),
        ),
        // MySQL notes 0 where nobody has stated one, MariaDB the one that it connects to then.
        port: text(row, 'Port').replace(/^0$/, '3306'),
        password: text(row, 'Password') === '' ? '' : digest(text(row, 'Password')),
      },
    })),
  ];
}
