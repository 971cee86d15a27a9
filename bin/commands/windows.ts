import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { collect } from '../options';
import { type Connect, migrationArgument } from './command';

interface WindowsCommandOptions {
  readonly timeZone: string;
  readonly logGroup: readonly string[];
  readonly html?: string;
  readonly json?: boolean;
}

/** Something that would tell was not looked at: everything else that goes wrong is 1. */
const NOT_ALL_LOOKED_AT = 2;
/** Nothing went wrong, and there is no quiet hour. */
const NO_HOUR_IS_QUIET = 3;

/** `cutover windows`: when is it quiet. */
export function windowsCommand(connect: Connect): Command {
  return new Command('windows')
    .description('the quietest hours of the week by the last four, and what would run or be hit in them')
    .addArgument(migrationArgument())
    .option('--time-zone <name>', 'of the hours that are shown, e.g. Asia/Tokyo', 'UTC')
    .option('--log-group <name>', 'count its lines by hour, too; may be given again', collect, [])
    .option('--html <file>', 'write a page that needs nothing else')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It changes nothing. An hour of the week is quiet where, in each of the four weeks, clients asked the side that serves for up to
a tenth of what they ask for in a busy hour. Examples:
  cutover windows sessions --time-zone Asia/Tokyo
  cutover windows sessions --log-group /batch/nightly --html windows.html
Exit code: 0 when there is a quiet hour, ${NO_HOUR_IS_QUIET} when there is none, ${NOT_ALL_LOOKED_AT} when something was not looked at: the rows "not
looked at" say what and why.`,
    )
    .action(async (migration: string, { timeZone, logGroup, html, json }: WindowsCommandOptions) => {
      const { windows } = await import('../operator/windows/windows.js');
      const report = await windows(await connect(), migration, { timeZone, logGroups: logGroup });
      const { windowsText } = await import('../operator/windows/windows-text.js');
      const { windowsPage } = await import('../operator/windows/windows-page.js');
      if (html !== undefined) await writeFile(html, windowsPage(report));
      const text =
        json === true ? JSON.stringify(report, undefined, 2) : windowsText(report, process.stdout.isTTY === true);
      process.stdout.write(`${text}\n`);
      if (report.notLookedAt.length > 0) process.exitCode = NOT_ALL_LOOKED_AT;
      else if (report.noHourIsQuiet) process.exitCode = NO_HOUR_IS_QUIET;
    });
}
