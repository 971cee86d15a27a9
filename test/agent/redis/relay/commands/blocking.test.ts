import { BlockingCommand } from '../../../../../agent/redis/relay/commands/blocking';

const sent = (fractions: boolean, ...words: readonly string[]) => {
  const elements = words.map((word) => Buffer.from(word));
  const command = BlockingCommand.of(words[0]?.toLowerCase() ?? '', elements);
  return command
    ?.again(fractions)
    .toString()
    .split('\r\n')
    .filter((line) => !/^[*$]/.test(line))
    .slice(0, -1);
};

// https://github.com/redis/redis/pull/11688
test('a time-out that is nearly over never becomes one without end', () => {
  expect(sent(true, 'BLPOP', 'queue', '0.001')).toEqual(['BLPOP', 'queue', '0.010']);
  expect(sent(false, 'BLPOP', 'queue', '1')).toEqual(['BLPOP', 'queue', '1']);
  expect(sent(true, 'XREAD', 'BLOCK', '1', 'STREAMS', 'stream', '0')).toContain('1');
  expect(sent(true, 'BLMPOP', '0.001', '1', 'queue', 'LEFT')?.[1]).toBe('0.010');
});

test('one without end stays so, and what answers at once is no blocking command', () => {
  expect(sent(true, 'BLPOP', 'queue', '0')).toEqual(['BLPOP', 'queue', '0']);
  expect(sent(true, 'XREAD', 'STREAMS', 'block', '0')).toBeUndefined();
  expect(sent(true, 'BLPOP', 'queue', 'soon')).toBeUndefined();
});
