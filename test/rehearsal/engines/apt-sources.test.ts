import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseDeb822, parseOneLine, readAptSources } from '../../../rehearsal/engines/apt-sources';
import { debianArchive } from '../../../rehearsal/engines/debian-packages';

describe('one-line sources', () => {
  test('options, comments and source packages are understood', () => {
    const sources = parseOneLine(
      [
        '# deb http://commented.example/debian bookworm main',
        'deb-src http://archive.example/debian bookworm main',
        'deb [ arch=amd64 signed-by=/usr/share/keyrings/k.gpg ] http://archive.example/debian bookworm main contrib # why',
        'deb http://archive.example/debian bookworm-updates main',
      ].join('\n'),
    );
    expect(sources).toEqual([
      {
        uri: 'http://archive.example/debian',
        suite: 'bookworm',
        components: ['main', 'contrib'],
        signedBy: '/usr/share/keyrings/k.gpg',
      },
      { uri: 'http://archive.example/debian', suite: 'bookworm-updates', components: ['main'] },
    ]);
  });
});

describe('deb822 sources', () => {
  test('a stanza of several addresses and suites is one source each', () => {
    const sources = parseDeb822(
      'Types: deb deb-src\nURIs: http://a.example/debian http://b.example/debian\nSuites: trixie\n trixie-updates\nComponents: main\n',
    );
    expect(sources.map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      'http://a.example/debian trixie',
      'http://a.example/debian trixie-updates',
      'http://b.example/debian trixie',
      'http://b.example/debian trixie-updates',
    ]);
  });

  test('a key written into the stanza comes along whole', () => {
    const [source] = parseDeb822(
      'Types: deb\nURIs: http://a.example\nSuites: sid\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQENB\n -----END PGP PUBLIC KEY BLOCK-----\n',
    );
    expect(source?.signedBy).toBe(
      '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQENB\n -----END PGP PUBLIC KEY BLOCK-----',
    );
  });

  test('what is disabled, commented out or only for source packages does not count', () => {
    const stanza = 'URIs: http://a.example\nSuites: sid\nComponents: main\n';
    expect(
      parseDeb822(`Types: deb\nEnabled: no\n${stanza}\nTypes: deb-src\n${stanza}\n# Types: deb\n${stanza}`),
    ).toEqual([]);
  });
});

describe('the machine', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'apt-'));
    await mkdir(join(folder, 'sources.list.d'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('has its sources in files of both formats, and no other', async () => {
    const parts = join(folder, 'sources.list.d');
    await writeFile(join(folder, 'sources.list'), 'deb http://one.example bookworm main\n');
    await writeFile(
      join(parts, 'b.sources'),
      'Types: deb\nURIs: http://two.example\nSuites: trixie\nComponents: main\n',
    );
    await writeFile(join(parts, 'a.list'), 'deb http://three.example sid main\n');
    await writeFile(join(parts, 'c.list.disabled'), 'deb http://four.example sid main\n');
    expect(readAptSources(folder).map(({ uri }) => uri)).toEqual([
      'http://one.example',
      'http://three.example',
      'http://two.example',
    ]);
  });

  test('without any apt has no sources', () => {
    expect(readAptSources(join(folder, 'nothing-here'))).toEqual([]);
  });

  test('is asked for the archive that holds every suite, not for updates or security', () => {
    const [security, updates, main] = parseOneLine(
      'deb http://s.example bookworm-security main\ndeb http://u.example bookworm-updates main\ndeb http://m.example bookworm main\n',
    );
    expect(debianArchive([security, updates, main].flatMap((source) => source ?? []))).toBe(main);
  });

  test('of another distribution is told what was found', () => {
    expect(() => debianArchive(parseOneLine('deb http://u.example noble main\n'))).toThrow(
      /name no Debian suite .* found: noble/,
    );
  });
});
