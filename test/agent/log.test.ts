import { JsonLog, withoutArguments } from '../../agent/log';

function collecting(level?: 'info' | 'warn' | 'error') {
  const lines: string[] = [];
  const log = new JsonLog({ write: (line) => lines.push(line), ...(level === undefined ? {} : { level }) });
  return { log, lines, last: (): Record<string, unknown> => JSON.parse(lines.at(-1) ?? 'null') };
}

describe('the log', () => {
  test('a line is one JSON object with its time, level and event', () => {
    const { log, lines, last } = collecting();
    log.info('verb.started', { verb: 'redis.status', note: 'two\nlines' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('\n');
    expect(last()).toMatchObject({ level: 'info', event: 'verb.started', verb: 'redis.status' });
    expect(Number.isNaN(Date.parse(String(last().time)))).toBe(false);
  });

  test('a credential is masked wherever it stands, also inside an error and its cause', () => {
    const { log, lines } = collecting();
    log.conceal('s3cr3t"token');
    const cause = new Error('AUTH s3cr3t"token was refused');
    log.error('connect.failed', { error: new Error('tried s3cr3t"token', { cause }), list: ['s3cr3t"token'] });
    expect(lines.join()).not.toContain('s3cr3t');
    expect(lines.join()).toContain('AUTH *** was refused');
  });

  test('an empty secret masks nothing', () => {
    const { log, last } = collecting();
    log.conceal('');
    log.info('plain');
    expect(last().event).toBe('plain');
  });

  test('the arguments a server quotes back never reach a line', () => {
    const { log, lines } = collecting();
    const reply = "ERR unknown command 'CONFIG', with args beginning with: 'session:17' 'value'";
    log.warn('refused', { error: new Error(reply), reply });
    expect(lines.join()).not.toContain('session:17');
    expect(withoutArguments(reply)).toBe("ERR unknown command 'CONFIG'");
  });

  test('an error keeps its name, message and cause', () => {
    const { log, last } = collecting();
    log.error('failed', { error: new TypeError('outer', { cause: new RangeError('inner') }) });
    expect(last().error).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      cause: { name: 'RangeError', message: 'inner' },
    });
  });

  test('lines below the level are left out', () => {
    const { log, lines } = collecting('warn');
    log.info('quiet');
    log.warn('heard');
    expect(lines).toHaveLength(1);
  });
});
