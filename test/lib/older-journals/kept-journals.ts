import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The parameters of a journal, by the last part of their names, with their members. */
export type KeptJournal = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What was found before an execution's next write of the journal, or when it had ended. */
export interface Found {
  readonly action: string;
  readonly kept: KeptJournal;
}

/** Of the versions of the journal that were kept; each has a folder. */
export const KEPT_VERSIONS = readdirSync(__dirname)
  .filter((name) => name.startsWith('version-'))
  .map((_, version) => version);

const fileOf = (version: number, kind: string) => join(__dirname, `version-${version}`, `${kind}.jsonl`);

/** All that was found on the way of a migration's executions, in order. What is `rollback` now was `rollback` then. */
export function readKept(version: number, kind: string): Found[] {
  let kept: KeptJournal = {};
  return readFileSync(fileOf(version, kind), 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { action, changes } = JSON.parse(line) as { readonly action: string; readonly changes: KeptJournal };
      const { journal, ...parts } = changes;
      kept = { ...kept, journal: { ...kept.journal, ...journal }, ...parts };
      return { action: action === 'back' ? 'rollback' : action, kept };
    });
}

/** A line has what is not as in the line before: of the journal by its members, of the workloads' parts as a whole. */
export function writeKept(version: number, kind: string, all: readonly Found[]): void {
  const lines = all.map(({ action, kept }, index) => {
    const before = all[index - 1]?.kept ?? {};
    const { journal = {}, ...parts } = kept;
    const changes = { journal: changed(journal, before.journal), ...changed(parts, before) };
    return `${JSON.stringify({ action, changes })}\n`;
  });
  const file = fileOf(version, kind);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lines.join(''));
}

function changed(now: Readonly<Record<string, unknown>>, before: Readonly<Record<string, unknown>> = {}): object {
  const entries = Object.entries(now);
  return Object.fromEntries(entries.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name])));
}
