import { Writable } from 'node:stream';
import { FetchProgress } from '../../../rehearsal/engines/fetch-progress';

function output(terminal: Record<string, unknown> = {}) {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _, done) => {
      written.push(String(chunk));
      done();
    },
  });
  return { stream: Object.assign(stream, terminal) as unknown as NodeJS.WriteStream, written };
}

test('a pipe gets plain lines, of all fetches together', () => {
  const { stream, written } = output();
  const progress = new FetchProgress(stream);
  progress.show('Redis', 0, 1_000_000);
  progress.end('Redis');
  progress.show('Valkey', 250_000, 1_000_000);
  expect(written).toEqual([
    'Engines from Debian, kB: 0 of 1,000 (0 %)\n',
    'Engines from Debian, kB: 250 of 1,000 (25 %)\n',
  ]);
});

test('a terminal gets one bar, which ends with the last fetch', () => {
  const { stream, written } = output({ isTTY: true, columns: 100, cursorTo: () => true, clearLine: () => true });
  const progress = new FetchProgress(stream);
  progress.show('Redis', 0, 1_000_000);
  progress.show('Valkey', 0, 1_000_000);
  progress.show('Redis', 1_000_000, 1_000_000);
  progress.end('Redis');
  progress.show('Valkey', 500_000, 1_000_000);
  progress.end('Valkey');
  expect(written.join('')).toContain('Engines from Debian, kB ░');
  expect(written.join('')).not.toContain('\n');
  const before = written.length;
  progress.show('MySQL', 0, 1_000_000);
  progress.end('MySQL');
  expect(written.length).toBeGreaterThan(before);
});
