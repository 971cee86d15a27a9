import { isDenied } from './denied';
import { migrationNames } from './migration-names';
import { type Clients, readJournal, readParameters } from './parameters';

export interface ListedMigration {
  readonly migration: string;
  /** The phase reached, `settled`, or `never started`. */
  readonly phase: string;
}

export async function list({ ssm }: Pick<Clients, 'ssm'>): Promise<ListedMigration[]> {
  const listed: ListedMigration[] = [];
  for (const migration of await migrationNames(ssm)) listed.push({ migration, phase: await phaseOf(ssm, migration) });
  return listed;
}

/** Somebody who operates one migration sees the names of the others. */
async function phaseOf(ssm: Clients['ssm'], migration: string): Promise<string> {
  try {
    return readJournal(await readParameters(ssm, migration))?.phase ?? 'never started';
  } catch (error) {
    if (error instanceof Error && isDenied(error.cause)) return 'not yours to see: grantOperate names who may';
    throw error;
  }
}
