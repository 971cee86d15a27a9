import type { SSMClient } from '@aws-sdk/client-ssm';
import { collectOn } from './collect-on';
import { type BatchInventory, batchInventory } from './inventory';
import { inventoryTables } from './inventory-tables';
import { inventoryTypeScript } from './inventory-typescript';

export interface InventoriesOptions {
  readonly json?: boolean;
  /** As the list of jobs to begin with. */
  readonly typescript?: boolean;
  /** Of the terminal. */
  readonly columns: number | undefined;
}

/** What runs by itself on hosts, one after the other, as text. */
export async function inventoriesOf(
  ssm: SSMClient,
  instances: readonly string[],
  options: InventoriesOptions,
): Promise<string> {
  const inventories: BatchInventory[] = [];
  for (const instance of instances) {
    inventories.push(batchInventory(instance, await collectOn(ssm, instance), new Date()));
  }
  const { json, typescript, columns } = options;
  if (json === true) return JSON.stringify(inventories, undefined, 2);
  if (typescript === true) return inventories.map(inventoryTypeScript).join('\n').trimEnd();
  return inventories.map((inventory) => inventoryTables(inventory, columns)).join('\n\n');
}
