import type { SSMClient } from '@aws-sdk/client-ssm';
import { Command } from 'commander';
import { collectOn } from './inventory/collect-on';
import { batchInventory } from './inventory/inventory';
import { inventoryTables } from './inventory/inventory-tables';
import { inventoryTypeScript } from './inventory/inventory-typescript';

interface InventoryOptions {
  readonly json?: boolean;
  readonly typescript?: boolean;
}

/** `cutover inventory batch`: what there is to move, before anything is written. */
export function inventoryCommand(clients: () => { readonly ssm: SSMClient }): Command {
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
You need ssm:SendCommand on the document and the instances, and ssm:GetCommandInvocation.`,
    )
    .action(async (instances: readonly string[], options: InventoryOptions) => {
      const { ssm } = clients();
      const inventories = [];
      for (const instance of instances) {
        inventories.push(batchInventory(instance, await collectOn(ssm, instance), new Date()));
      }
      process.stdout.write(`${textOf(inventories, options)}\n`);
    });
  return new Command('inventory').description('what there is to move').addCommand(batch);
}

function textOf(
  inventories: readonly ReturnType<typeof batchInventory>[],
  { json, typescript }: InventoryOptions,
): string {
  if (json === true) return JSON.stringify(inventories, undefined, 2);
  if (typescript === true) return inventories.map(inventoryTypeScript).join('\n').trimEnd();
  return inventories.map((inventory) => inventoryTables(inventory, process.stdout.columns)).join('\n\n');
}
