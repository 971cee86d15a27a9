import { PassThrough } from 'node:stream';
import { Terminal } from '../../../../rehearsal/report/terminal';

test.each([true, false])('columns of a table stay apart, on a terminal: %s', (isTTY) => {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 120 });
  new Terminal(stream as never, { CI: 'false', TERM: 'xterm' }).note(
    'mails          green    moved\u001b[31m         4',
  );
  const text = String(stream.read());
  expect(text).toContain('mails          green    moved');
  expect(text).not.toContain('\u001b[31m');
});
