import { readdirSync, realpathSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { jobProcessIn } from '../job-process';
import { hasJob, hasRunner, Ledger } from '../ledger';
import type { Paths } from '../paths';

/** As many are kept, for who wants to look at what was deployed before. */
const KEPT = 5;

/** Removes what former deploys brought, and no run works on. */
export function removeOldRevisions(paths: Paths): void {
  const used = new Set([basename(realpathSync(paths.current)), ...inUse(paths)]);
  const old = readdirSync(paths.revisions)
    .filter((name) => !name.endsWith('.new'))
    .sort((one, other) => changed(paths, other) - changed(paths, one))
    .slice(KEPT)
    .filter((name) => !used.has(name));
  for (const name of old) rmSync(join(paths.revisions, name), { recursive: true });
}

function inUse(paths: Paths): string[] {
  return readdirSync(paths.ledger).flatMap((job) => {
    const ledger = new Ledger(paths.ledger, job);
    return ledger.open().flatMap(([slot, record]) => {
      const isUsed = hasRunner(record) || hasJob(record, jobProcessIn(ledger.processFileOf(slot)));
      return isUsed && record.revision !== undefined ? [record.revision] : [];
    });
  });
}

function changed(paths: Paths, name: string): number {
  return statSync(join(paths.revisions, name)).mtimeMs;
}
