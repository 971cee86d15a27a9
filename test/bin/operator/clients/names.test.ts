import { SoughtNames } from '../../../../bin/operator/clients/names';
import type { MigrationManifest } from '../../../../contract/manifest';

const sought = new SoughtNames(
  {
    records: [
      {
        whose: 'writer',
        name: 'sessions.internal.example.',
        targets: { blue: 'blue.cache.example', green: 'green.cache.example' },
        trialTargets: [],
      },
    ],
  } as unknown as MigrationManifest,
  JSON.stringify({ blue: { host: 'blue.cache.example', readerHost: 'blue-ro.cache.example' } }),
);

test.each([
  ['sessions.internal.example', ['the record']],
  ['redis://:secret@Sessions.Internal.Example:6379/0', ['the record']],
  ['{"host":"sessions.internal.example."}', ['the record']],
  ['hosts=blue.cache.example,blue-ro.cache.example', ["blue's endpoint", "blue's endpoint of readers"]],
  ['green.cache.example', ["green's endpoint"]],
  ['old-sessions.internal.example', []],
  ['my.sessions.internal.example', []],
  ['sessions.internal.example.org', []],
  ['sessions.internal.example-2', []],
  ['sessionsXinternal.example', []],
])('in %s are %j', (text, means) => {
  expect(sought.in(text).map((name) => name.means)).toEqual(means);
});

test.each(['blue"] | fields @message #', 'blue cache', 'blue]'])(
  'a parameter that somebody has changed puts nothing else into a query: %s',
  (host) => {
    const manifest = { migration: 'sessions', records: [] } as unknown as MigrationManifest;
    expect(() => new SoughtNames(manifest, JSON.stringify({ blue: { host } }))).toThrow(
      `the configuration of sessions names '${host}', which is no host name. Somebody has changed the parameter`,
    );
  },
);
