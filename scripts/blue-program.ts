import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(__dirname, '../batch/blue');
const PARTS = ['arguments', 'crontab', 'ledger', 'commands'];
/** At the end of the text of the guard, where it stands in the program. */
const END = 'END_OF_GUARD';

/** The program on an old server, in one piece: a command of Systems Manager brings it along each time, and the guard within. */
export function blueProgram(): string {
  const [first, ...others] = PARTS.map(read);
  const guard = `guard_program() {\n  cat <<'${END}'\n${read('guard')}${END}\n}\n`;
  return [first, guard, ...others].join('\n');
}

/** @returns the path of its file */
export function writeBlueProgram(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'handover.sh');
  writeFileSync(file, blueProgram());
  return file;
}

const read = (part: string) => readFileSync(join(FOLDER, `${part}.sh`), 'utf8');
