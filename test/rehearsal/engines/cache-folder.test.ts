import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../../../rehearsal/engines/fetched-packages';

test.each([
  ['where XDG says', { XDG_CACHE_HOME: '/cache' }, 1000, '/cache/cdk-cutover/engines'],
  ['in the home without it', {}, 1000, join(homedir(), '.cache/cdk-cutover/engines')],
  [
    'in the home where it is relative',
    { XDG_CACHE_HOME: 'cache' },
    1000,
    join(homedir(), '.cache/cdk-cutover/engines'),
  ],
  ['where the user nobody can read them, for root', {}, 0, '/var/cache/cdk-cutover/engines'],
])('engines are kept %s', (_, env, uid, folder) => {
  expect(cacheFolder(env, uid)).toBe(folder);
});
