import { rehearseCommand } from '../../bin/commands/rehearse';
import { refuseIgnored } from '../../bin/ignored-options';

/** What becomes of a command line of `rehearse` where jobs and seed alone have an effect. */
async function given(...typed: string[]): Promise<void> {
  const command = rehearseCommand().action((_migration, _options, self) => {
    refuseIgnored(self, ['jobs', 'seed'], 'a migration of cron jobs');
  });
  await command.parseAsync(typed, { from: 'user' });
}

test.each([
  [['--fault', 'Drain:kill-agent'], '--fault'],
  [['--limit', '60', '--keep'], '--limit, --keep'],
  [['--trace', 'trace.jsonl', '--jobs', 'mails'], '--trace'],
])('what has no effect is refused in one sentence: %j', async (typed, named) => {
  await expect(given(...typed)).rejects.toThrow(
    `${named}: of no effect on the rehearsal of a migration of cron jobs; accepted are --seed, --jobs: leave out the rest.`,
  );
});

test('what has an effect, and what nobody has given, is not refused', async () => {
  await given('--jobs', 'mails', '--seed', '7');
  await given();
});
