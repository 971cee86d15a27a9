import type { Command } from 'commander';
import { type Consent, consentOf } from '../operator/consent';
import { type Output, WHO } from './command';

/** What every command takes that changes something. */
export interface ChangeOptions extends Output {
  readonly yes?: boolean;
}

/** Of one that records who did it. */
export interface RecordedChangeOptions extends ChangeOptions {
  readonly by: string;
}

interface Asked {
  /** Who is recorded, e.g. `who approves`. @default - nobody is */
  readonly who?: string;
  /** What it asks before. @default - it always asks */
  readonly before?: string;
  /** What `--json` does. @default 'print JSON' */
  readonly json?: string;
}

/** The options of a command that changes something, after its own. */
export function changes(command: Command, { who, before, json = 'print JSON' }: Asked): Command {
  if (who !== undefined) command.option('--by <name>', `${who}, for the record`, WHO);
  return command
    .option('--yes', before === undefined ? 'do not ask' : `do not ask before ${before}`)
    .option('--json', json);
}

export const consentTo = ({ yes = false }: ChangeOptions): Consent => consentOf(yes);
