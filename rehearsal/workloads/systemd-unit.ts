import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OnHosts } from './rehearsed-kind';

export const systemdUnit: OnHosts = {
  place: 'hosts',
  process: {
    parameter: 'unit',
    on: (name, process) => ({ units: [{ name: unitName(name), process, restart: 'always' }] }),
  },
  /** It had no drop-ins. */
  observe(state, name, root) {
    const isChanged = existsSync(join(root, 'etc/systemd/system', `${unitName(name)}.d`));
    return isChanged ? `${state}, changed` : state;
  },
};

/** A service, where nothing else is said. */
const unitName = (unit: string) => (/\.[a-z]+$/.test(unit) ? unit : `${unit}.service`);
