import type { Command } from 'commander';

/** @throws Error naming the options that were given and say nothing of what is performed: who gave them would believe that they did */
export function refuseIgnored(command: Command, known: readonly string[], performed: string): void {
  const flagOf = (option: Command['options'][number]) => option.long ?? option.flags;
  const given = command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli');
  const ignored = given.filter((option) => !known.includes(option.attributeName())).map(flagOf);
  if (ignored.length === 0) return;
  const accepted = command.options.filter((option) => known.includes(option.attributeName())).map(flagOf);
  throw new Error(
    `${ignored.join(', ')}: of no effect on the rehearsal of ${performed}; accepted are ${accepted.join(', ')}: leave out the rest.`,
  );
}
