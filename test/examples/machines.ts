import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDefinition, type StateMachine } from '../../rehearsal/states-language';
import { Databases } from '../lib/aurora/databases-under-test';
import { CONSISTENCIES, rendered } from '../lib/cutover/rendered';
import { madeOnce } from '../made-once';
import { EXAMPLES, HOSTS, synthesized } from './example-under-test';

type NamedMachines = readonly (readonly [string, StateMachine])[];

const FILE = 'machines.json';

/** Every state there is: of each example, of each consistency and of each strategy, with all that can be had. */
export const MACHINES: NamedMachines = JSON.parse(readFileSync(join(madeOnce('machines', write), FILE), 'utf8'));

function write(folder: string): void {
  const machines: NamedMachines = [
    ...[...EXAMPLES, ...HOSTS].flatMap((name) =>
      synthesized(name)
        .assembly.stateMachines()
        .map(({ definition }) => [name, parseDefinition(definition)] as const),
    ),
    ...CONSISTENCIES.map((consistency) => [consistency, rendered(consistency)] as const),
    ...(['promote', 'follow', 'manage'] as const).map((strategy) => {
      const databases = new Databases();
      databases[strategy](databases.everything());
      const [machine] = databases.deploy().stateMachines();
      return [strategy, parseDefinition(machine?.definition)] as const;
    }),
  ];
  writeFileSync(join(folder, FILE), JSON.stringify(machines));
}
