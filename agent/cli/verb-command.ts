import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { VerbName } from '../../contract/agent';
import { argumentHelp } from '../arguments';
import { verbs } from '../verbs';

/** A verb as a command: its options are the arguments of its schema, in the command line's spelling. */
export function verbCommand(name: VerbName, run: (args: Record<string, unknown>) => Promise<void>): Command {
  const { summary, arguments: schema, inService } = verbs[name];
  const command = new Command(name).summary(summary).description(descriptionOf(summary, inService ?? false));
  for (const [argument, type] of Object.entries(schema.shape)) command.addOption(optionOf(argument, type));
  return command.action((options: Record<string, unknown>) => run(options));
}

function descriptionOf(summary: string, inService: boolean | 'where it runs'): string {
  if (inService === false) return `${summary}.`;
  const where = inService === true ? '' : ' where it runs';
  return `${summary}. Asks the running service${where}, which holds the replications and the relay.`;
}

function optionOf(argument: string, type: z.core.$ZodType): Option {
  const { description, byHand, written } = argumentHelp.get(type) ?? { description: '' };
  const flag = `--${argument.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (written !== undefined) return new Option(`${flag} <${written.as}>`, description).argParser(written.read);
  if (type instanceof z.ZodBoolean) return new Option(flag, description).default(byHand);
  const option =
    type instanceof z.ZodEnum
      ? new Option(`${flag} <${type.options.join('|')}>`, description).choices(type.options.map(String))
      : new Option(`${flag} <number>`, description).argParser(numberOf);
  return byHand === undefined ? option.makeOptionMandatory() : option.default(byHand);
}

function numberOf(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('Accepted is a number.');
  return value;
}
