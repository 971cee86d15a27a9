import type { Command } from 'commander';

/** A command as it was typed: its name, its arguments, and every option that was given. */
export function commandLine(command: Command): string {
  const options = command.options.flatMap((option) => {
    const name = option.attributeName();
    if (command.getOptionValueSource(name) !== 'cli') return [];
    const value: unknown = command.getOptionValue(name);
    const flag = option.long ?? option.flags;
    if (value === true) return [flag];
    return (Array.isArray(value) ? value : [value]).flatMap((each) => [flag, shellQuoted(String(each))]);
  });
  return ['cutover', command.name(), ...command.args.map(shellQuoted), ...options].join(' ');
}

/** Whatever was typed must reach the program as it was when it is copied. */
function shellQuoted(text: string): string {
  return /^[\w.:@%+/=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
