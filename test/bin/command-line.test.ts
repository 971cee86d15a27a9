import { Command } from 'commander';
import { commandLine } from '../../bin/command-line';
import { collect, wholeNumber } from '../../bin/options';

/** As it is written for the reader who repeats it. */
async function written(...typed: string[]): Promise<string> {
  let line = '';
  const command = new Command('rehearse')
    .argument('[migration]')
    .option('--app <folder>')
    .option('--keys <number>', '', wholeNumber, 200)
    .option('--seed <text>', '', '1')
    .option('--fault <fault>', '', collect, [])
    .option('--by-hand', '', false)
    .action((_migration, _options, self: Command) => {
      line = commandLine(self);
    });
  await command.parseAsync(typed, { from: 'user' });
  return line;
}

test('a command is written with every option that was given, and no other', async () => {
  expect(await written()).toBe('cutover rehearse');
  const typed = [
    'shop',
    '--app',
    'cdk.out',
    '--keys',
    '3000',
    '--fault',
    'Drain:kill-agent',
    '--fault',
    'Take the lock:throttle',
  ];
  expect(await written(...typed, '--by-hand')).toBe(
    "cutover rehearse shop --app cdk.out --keys 3000 --fault Drain:kill-agent --fault 'Take the lock:throttle' --by-hand",
  );
});

test('what was typed reaches a shell as it was', async () => {
  expect(await written('--seed', "it's $HOME")).toBe("cutover rehearse --seed 'it'\\''s $HOME'");
});
