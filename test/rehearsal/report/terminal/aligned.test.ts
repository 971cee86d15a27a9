import { PassThrough } from 'node:stream';
import { Terminal } from '../../../../rehearsal/report/terminal';
import { column } from '../../../../rehearsal/report/terminal/aligned';

test.each([true, false])('columns of a table stay apart, on a terminal: %s', (isTTY) => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 120 });
  new Terminal(stream as never, { CI: 'false', TERM: 'xterm' }).note(
    'mails          green    moved\u001b[31m         4',
  );
  const text = String(stream.read());
  expect(text).toContain('mails          green    moved');
  expect(text).not.toContain('\u001b[31m');
});

test('a name is set apart from what follows, however long it is', () => {
  expect(column('Fence', 10)).toBe('Fence     ');
  expect(column('Save the state before Quiesce', 10)).toBe('Save the state before Quiesce  ');
});
