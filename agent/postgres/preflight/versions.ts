import type { Finding } from '../../../contract/common';
import type { Session } from '../session';

/** A green that is older than blue could not read what blue writes. */
export async function checkVersions(source: Session, target: Session): Promise<readonly Finding[]> {
  const major = ({ version }: Session): number => Math.floor(version / 10_000);
  if (major(target) >= major(source)) return [];
  return [
    {
      id: 'postgres.older-target',
      severity: 'error',
      message: `${target.where} is PostgreSQL ${major(target)}, older than ${source.where}, which is ${major(source)}.`,
      remedy: 'Make green of the same major version or a later one.',
    },
  ];
}
