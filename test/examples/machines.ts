import { parseDefinition, type StateMachine } from '../../rehearsal/states-language';
import { Databases } from '../lib/aurora/databases-under-test';
import { CONSISTENCIES, rendered } from '../lib/cutover/rendered';
import { EXAMPLES, HOSTS, synthesized } from './example-under-test';

/** Every state there is: of each example, of each consistency and of each strategy, with all that can be had. */
export const MACHINES: readonly (readonly [string, StateMachine])[] = [
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
