import type { Assembly } from '../../assembly';
import { parseKeyPolicy } from './key-policy';
import { Keys } from './keys';

/** The keys that the assembly makes, with their policies. */
export function keysOf(assembly: Assembly, account: string): Keys {
  const keys = new Keys(account);
  const aliases = assembly.resources('AWS::KMS::Alias');
  for (const key of assembly.resources('AWS::KMS::Key')) {
    const arn = String(key.attribute('Arn'));
    keys.add({
      arn,
      aliases: aliases
        .filter((alias) => arn.endsWith(String(alias.property('TargetKeyId'))))
        .map((alias) => String(alias.property('AliasName'))),
      policy: parseKeyPolicy(key.property('KeyPolicy')),
      state: key.property('Enabled') === false ? 'Disabled' : 'Enabled',
    });
  }
  return keys;
}
