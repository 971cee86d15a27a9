import { setTimeout } from 'node:timers/promises';
import { endOfReply } from '../../../../../agent/redis/relay/protocol/reply-scanner';
import { command } from './raw-client';
import type { Relayed } from './relayed';

/** The last reply of every recording. */
export const END = 'the-end-of-the-recording';

/**
 * Commands of all kinds as one client sends them, pipelined. What it watches it does not write between MULTI and EXEC,
 * so that an EXEC that answers nil changes no later answer.
 */
export function recording(protocol: 2 | 3): Buffer {
  const commands = [
    ...(protocol === 3 ? [command('HELLO', '3')] : []),
    command('CLIENT', 'SETNAME', 'recorded'),
    'SET inline "a b"\r\n',
    '\r\n*0\r\n*-1\r\n',
    command('GET', 'inline'),
    command('SELECT', '99'),
    command('SELECT', '2'),
    command('SET', 'bytes', '\0\r\n*1\r\n$4\r\nPING\r\n\xff'),
    command('GET', 'bytes'),
    command('INCR', 'counter'),
    command('RPUSH', 'list', 'a', 'b', 'c'),
    command('BLPOP', 'list', '5'),
    command('BLPOP', 'nothing', '0.02'),
    command('BRPOPLPUSH', 'list', 'other', '1'),
    command('LRANGE', 'list', '0', '-1'),
    command('HSET', 'hash', 'f', 'v'),
    command('HGETALL', 'hash'),
    command('SADD', 'set', 'm'),
    command('SMEMBERS', 'set'),
    command('ZADD', 'zset', '1.5', 'm'),
    command('ZRANGE', 'zset', '0', '-1', 'WITHSCORES'),
    command('SSCAN', 'set', '0'),
    command('MULTI'),
    command('INCR', 'counter'),
    command('SELECT', '3'),
    command('SET', 'third', 'x'),
    command('BLPOP', 'nothing', '0'),
    command('EXEC'),
    command('GET', 'third'),
    command('MULTI'),
    command('SET', 'discarded', 'x'),
    command('DISCARD'),
    command('MULTI'),
    command('SET', 'refused'),
    command('EXEC'),
    command('EXISTS', 'discarded'),
    command('EVAL', 'return {KEYS[1], ARGV[1]}', '1', 'k', 'v'),
    command('SCRIPT', 'LOAD', 'return 42'),
    command('EVALSHA', '1fa00e76656cc152ad327c13fe365858fd7be306', '0'),
    command('XADD', 'stream', '1-1', 'f', 'v'),
    command('XREAD', 'BLOCK', '20', 'STREAMS', 'stream', '$'),
    command('XREAD', 'COUNT', '1', 'STREAMS', 'stream', '0'),
    command('WAIT', '0', '0'),
    command('SUBSCRIBE', 'one', 'two'),
    command('PSUBSCRIBE', 'p*'),
    protocol === 3 ? command('GET', 'third') : command('PING'),
    command('UNSUBSCRIBE', 'two'),
    command('UNSUBSCRIBE'),
    command('PUNSUBSCRIBE', 'p*'),
    command('CLIENT', 'GETNAME'),
    command('WATCH', 'counter'),
    command('MULTI'),
    command('GET', 'third'),
    command('EXEC'),
    command('NOSUCHCOMMAND'),
    command('DBSIZE'),
    command('ECHO', END),
  ];
  return Buffer.from(commands.join(''), 'latin1');
}

/** From where on a switch loses what the client watches, and to where. */
export function watched(bytes: Buffer): readonly [number, number] {
  return [bytes.indexOf(command('WATCH', 'counter')), bytes.lastIndexOf(command('EXEC')) + command('EXEC').length];
}

/** What one server answers, without a relay. */
export async function answersOf(relayed: Relayed, side: 'blue' | 'green', bytes: Buffer): Promise<string> {
  await relayed.direct[side].flushall();
  const client = await relayed.clientOf(relayed.servers[side].port);
  client.send(bytes);
  const answers = await client.until(END);
  client.close();
  return answers;
}

/** What the client gets where the switch comes after so many bytes. */
export async function answersSwitched(relayed: Relayed, bytes: Buffer, after: number): Promise<string> {
  const from = relayed.relay.status().serving;
  await relayed.direct.blue.flushall();
  await relayed.direct.green.flushall();
  const client = await relayed.client();
  client.send(bytes.subarray(0, after));
  // Now the bytes are on their way, now the server is at them, now they have been answered.
  await setTimeout(after % 4);
  await relayed.switchTo(from === 'blue' ? 'green' : 'blue');
  client.send(bytes.subarray(after));
  const answers = await client.until(END);
  client.close();
  return answers;
}

/** Who answered, its version and the id of the connection are the server's that the client came to first. */
export function comparable(answers: string): string {
  return withoutHello(answers)
    .replace(/-ERR unknown command [^\r]*/g, '-ERR unknown command')
    .replace(/-ERR wrong number of arguments for '(set)' command/gi, '-ERR wrong number');
}

/** HELLO answers with the server's version and modules: the first map of all, behind AUTH's answer where there is one. */
function withoutHello(answers: string): string {
  const start = answers.search(/(?<=^|\r\n)%/);
  const end = start < 0 ? undefined : endOfReply(Buffer.from(answers, 'latin1'), start);
  return end === undefined ? answers : `${answers.slice(0, start)}HELLO\r\n${answers.slice(end)}`;
}

/** The same with EXEC's answer as it is where the watched keys stayed behind. */
export function withoutWatched(answers: string): string {
  const executed = answers.lastIndexOf('*1\r\n$1\r\nx\r\n');
  const nil = answers.startsWith('HELLO') ? '_\r\n' : '*-1\r\n';
  return answers.slice(0, executed) + nil + answers.slice(executed + '*1\r\n$1\r\nx\r\n'.length);
}
