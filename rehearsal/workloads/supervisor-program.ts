import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OnHosts } from './rehearsed-kind';

export const supervisorProgram: OnHosts = {
  place: 'hosts',
  process: { parameter: 'program', on: (name, process) => ({ programs: [{ name, process }] }) },
  /** With how it would be started again. */
  observe(state, name, root) {
    const file = readFileSync(join(root, 'etc/supervisor/conf.d', `${name}.conf`), 'utf8');
    return `${state} with ${file.match(/^auto(re)?start=.*$/gm)?.join(' ')}`;
  },
};
