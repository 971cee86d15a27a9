import { createHash } from 'node:crypto';
import { globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { digestLines } from '../../agent/cli/digest-lines';
import { digest } from '../../agent/mysql/verification/schema/digest';
import { concealed } from '../../agent/postgres/verification/definitions/concealed';
import { keyHash } from '../../agent/redis/key';
import { Conflicts } from '../../agent/redis/replication/target-writes/conflicts';
import { keepDigestKey, shownDigest } from '../../agent/shown-digest';
import { rowDifference } from '../../agent/sql/named-difference';

const folder = mkdtempSync(join(tmpdir(), 'shown-digest-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const plain = (algorithm: string, value: string) => createHash(algorithm).update(value).digest('hex');

/** The same program, started again. */
async function inAnotherProcess<T>(run: (module: typeof import('../../agent/shown-digest')) => Promise<T>): Promise<T> {
  let result: Promise<T> | undefined;
  jest.isolateModules(() => {
    result = run(jest.requireActual('../../agent/shown-digest'));
  });
  return result as Promise<T>;
}

function conflictOf(key: string): string {
  const conflicts = new Conflicts();
  conflicts.add(0, key, Buffer.from(key));
  return conflicts.sample().join();
}

test.each([
  ['a key', '4711', (value: string) => keyHash(Buffer.from(value))],
  ['a key that both sides wrote', '4711', conflictOf],
  ['a row', '4711', (value: string) => rowDifference(value, 'differs')],
  ['a secret of MySQL', 'summer', digest],
  ['a secret of PostgreSQL', 'summer', (value: string) => concealed(`password of digest ${plain('md5', value)}`)],
])('the digest of %s cannot be found by trying what it may be of', (_, value, shown) => {
  expect(shown(value)).toMatch(/[0-9a-f]{16}/);
  // Two that differ are told apart, and one that is the same is not.
  expect(shown(value)).toBe(shown(value));
  expect(shown(value)).not.toBe(shown(`${value}1`));
  for (const algorithm of ['md5', 'sha1', 'sha224', 'sha256', 'sha512']) {
    expect(shown(value)).not.toContain(plain(algorithm, value).slice(0, 6));
    expect(shown(value)).not.toContain(plain(algorithm, plain('md5', value)).slice(0, 6));
  }
});

test('a host names a key alike after its service was started again, and another host does not', async () => {
  const state = mkdtempSync(join(folder, 'state-'));
  const [first, again, elsewhere] = [
    await inAnotherProcess(async (module) => {
      await module.keepDigestKey(state);
      return module.shownDigest('a key');
    }),
    await inAnotherProcess(async (module) => {
      await module.keepDigestKey(state);
      return module.shownDigest('a key');
    }),
    await inAnotherProcess(async (module) => module.shownDigest('a key')),
  ];
  expect(again).toBe(first);
  expect(elsewhere).not.toBe(first);
  expect(statSync(join(state, 'digest-key')).mode & 0o777).toBe(0o600);
});

test.each(['', 'half a key', '00'.repeat(31)])(
  'a key that a crash left as %j is another one from then on',
  async (left) => {
    const state = mkdtempSync(join(folder, 'state-'));
    writeFileSync(join(state, 'digest-key'), left);
    await inAnotherProcess((module) => module.keepDigestKey(state));
    expect(readFileSync(join(state, 'digest-key'), 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
  },
);

test('a host without room for it goes on', async () => {
  const none = join(folder, 'is not there');
  expect(await inAnotherProcess(async (module) => module.keepDigestKey(none))).toBeUndefined();
});

test('anyone who may read the files of the host finds the key that a result names', async () => {
  const state = mkdtempSync(join(folder, 'state-'));
  await keepDigestKey(state);
  const output = new PassThrough();
  const keys = ['session:1', 'session:2', 'schlüssel'];
  await digestLines(state, Readable.from(keys.map((key) => `${key}\n`)), output);
  output.end();
  expect(await text(output)).toBe(keys.map((key) => `${shownDigest(key)} ${key}\n`).join(''));
});

test('and nobody else: without the key nothing is printed, and it is said where to ask', async () => {
  const asked = digestLines(join(folder, 'is not there'), Readable.from(['session:1\n']), new PassThrough());
  await expect(asked).rejects.toThrow(/digest-key has no key to read: run this on the migration host/);
});

/** Where a digest without a key is, and who sees it. */
const WITHOUT_A_KEY: Readonly<Record<string, string>> = {
  'agent/redis/checks/appeared-keys.ts': 'memory alone',
  'agent/redis/relay/state/scripts.ts': 'of scripts, which are public',
  'agent/redis/replication/baseline/layout.ts': 'the target, which has the keys themselves',
  'agent/redis/replication/baseline/note.ts': 'the target, which has the values themselves',
  'agent/sql/smoke/answer.ts': 'memory alone',
};

test('a digest without a key is in no result, and in no log', () => {
  const root = join(__dirname, '../..');
  const found = globSync('agent/**/*.ts', { cwd: root }).filter((file) =>
    readFileSync(join(root, file), 'utf8').includes('createHash('),
  );
  expect(found.sort()).toEqual(Object.keys(WITHOUT_A_KEY));
});
