import { Command } from 'commander';
import type { Connect } from './command';

interface InventoryOptions {
  readonly json?: boolean;
  readonly typescript?: boolean;
}

/** `cutover inventory batch`: what there is to move, before anything is written. */
export function inventoryCommand(connect: Connect): Command {
  const batch = new Command('batch')
    .description(
      'what runs by itself on hosts: crontabs, timers, supervisor programs, at jobs; lines that may hold secrets',
    )
    .argument('<instance...>', 'IDs of hosts that Systems Manager manages, i-… or mi-…')
    .option('--json', 'print JSON')
    .option('--typescript', 'print the list of jobs to begin with, owner, purpose and decision to fill in')
    .addHelpText(
      'after',
      `
Runs one script on each host by Run Command (AWS-RunShellScript), as root. It reads, and changes nothing. What looks like a
secret is hidden on the host already, and told by file and line: look at the rest before you pass it on all the same.
You need ssm:SendCommand on the document and the instances, and ssm:GetCommandInvocation. Examples:
  cutover inventory batch i-0123456789abcdef0
  cutover inventory batch i-0123456789abcdef0 --typescript > jobs.ts`,
    )
    .action(async (instances: readonly string[], options: InventoryOptions) => {
      const { inventoriesOf } = await import('../inventory/inventories.js');
      const { ssm } = await connect();
      const text = await inventoriesOf(ssm, instances, { ...options, columns: process.stdout.columns });
      process.stdout.write(`${text}\n`);
    });
  return new Command('inventory').description('what there is to move').addCommand(batch);
}
