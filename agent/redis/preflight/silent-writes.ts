import type { Finding } from '../../../contract/common';
import { searchFor } from '../replication/search/search';
import { silentCommandsOf } from '../silent-commands/silent-commands';
import { writesAmong } from '../write-commands';
import type { Survey } from './survey';

/** Keys a second that a search asks both sides about, on one core; a copy of everything is slower. */
const SEARCHED_PER_SECOND = 50_000;

/** What clients call that the source announces to nobody, and what it costs to look for it. */
export async function checkSilentWrites({ from }: Survey): Promise<readonly Finding[]> {
  const commands = silentCommandsOf(from.version);
  const calls = new Map<string, number>();
  for (const [counted, times] of from.info.calls()) {
    const [name = ''] = counted.split('|');
    calls.set(name, (calls.get(name) ?? 0) + times);
  }
  const called = [...calls].filter(([, times]) => times > 0);
  const silent = called.filter(([name]) => [...searchFor(commands.changesBy(name))].some((s) => s !== 'stream value'));
  const unknown = called.map(([name]) => name).filter((name) => !commands.knows(name));
  const untried = await writesAmong((command, ...args) => from.client.call(command, ...args), unknown);
  const findings: Finding[] = [];
  if (silent.length > 0) {
    const named = silent.map(([name, times]) => `${name.toUpperCase()} ${times}`).join(', ');
    const seconds = Math.ceil(from.keys / SEARCHED_PER_SECOND);
    findings.push({
      id: 'redis.silent-writes',
      severity: 'warning',
      message:
        `Clients of ${from.where} have called commands that ${from.version.text} announces to nobody: ${named}. ` +
        `Whenever one is called the agent searches all ${from.keys} keys of both sides, in about ${seconds} s; where one is called shortly before the freeze, so once within it.`,
      remedy: 'Stop the callers before the freeze if it must be shorter; nothing is lost either way.',
    });
  }
  if (untried.length > 0) {
    findings.push({
      id: 'redis.untried-commands',
      severity: 'warning',
      message: `Clients of ${from.where} have called write commands of which is not known whether ${from.version.text} announces them: ${untried.join(', ').toUpperCase()}.`,
      remedy:
        'The agent copies all keys again whenever one was called, also within the freeze: expect it to last as long as a copy.',
    });
  }
  if (!commands.tried) {
    findings.push({
      id: 'redis.untried-engine',
      severity: 'info',
      message: `Which commands ${from.version.engine} ${from.version.text} (${from.where}) announces to nobody was not tried.`,
      remedy: 'The agent goes by what the next older and the next newer version leave out, together.',
    });
  }
  return findings;
}
