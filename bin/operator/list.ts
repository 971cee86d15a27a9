import { type Clients, migrationNames, readJournal, readParameters } from './parameters';

export interface ListedMigration {
  readonly migration: string;
  /** The phase reached, `settled`, or `never started`. */
  readonly phase: string;
}

export async function list({ ssm }: Clients): Promise<ListedMigration[]> {
  const names = await migrationNames(ssm);
  return Promise.all(
    names.map(async (migration) => ({
      migration,
      phase: readJournal(await readParameters(ssm, migration))?.phase ?? 'never started',
    })),
  );
}
