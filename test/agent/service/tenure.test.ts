import type { ParameterValue } from '../../../agent/parameter';
import { Tenure } from '../../../agent/service/tenure';

const POLL_MS = 20;
const long = new Date(0);

/** The parameter as a deploy writes it, and hosts that read it. */
function hosts() {
  let named: ParameterValue | undefined;
  let refuses = false;
  const stop = new AbortController();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const read = async () => {
    if (refuses) throw new Error('Rate exceeded');
    return named;
  };
  return {
    name: (value: string, since = new Date()) => {
      named = { value, since };
    },
    refuse: (yes: boolean) => {
      refuses = yes;
    },
    stop,
    begin: (instanceId: string) =>
      new Tenure({ parameter: '/host', instanceId, log, read, pollMs: POLL_MS }).begin(stop.signal),
  };
}

const ended = (term: AbortSignal) => new Promise<void>((resolve) => term.addEventListener('abort', () => resolve()));
const soon = () => new Promise<'waits'>((resolve) => setTimeout(() => resolve('waits'), 4 * POLL_MS));

test('a host that was named long ago begins at once', async () => {
  const { name, begin, stop } = hosts();
  name('i-1', long);
  expect((await begin('i-1')).aborted).toBe(false);
  stop.abort();
});

test('of two hosts the one that is named works, and the other lets go before it begins', async () => {
  const { name, begin, stop } = hosts();
  name('i-old', long);
  const old = await begin('i-old');
  let began = false;
  const next = begin('i-new').then((term) => {
    began = true;
    return term;
  });
  expect(await Promise.race([next, soon()])).toBe('waits');
  name('i-new');
  await ended(old);
  expect(began).toBe(false);
  expect((await next).aborted).toBe(false);
  stop.abort();
});

test('a deploy that is undone gives it back', async () => {
  const { name, begin, stop } = hosts();
  name('i-old', long);
  const old = await begin('i-old');
  name('i-new');
  await ended(old);
  name('i-old');
  expect((await begin('i-old')).aborted).toBe(false);
  stop.abort();
});

test('a host that cannot ask keeps what it has, and takes nothing', async () => {
  const { name, begin, stop, refuse } = hosts();
  name('i-1', long);
  const mine = await begin('i-1');
  refuse(true);
  const other = begin('i-2');
  expect(await Promise.race([other, ended(mine), soon()])).toBe('waits');
  stop.abort();
  await other;
});
