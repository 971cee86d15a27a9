import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describeProblem, readCrontab } from '../../../cron/crontab';
import type { Dialect } from '../../../cron/dialect';
import { assertTold } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { nameOf } from '../batch-crontab';
import type { BatchMigrationJob } from './batch-migration-job';
import { hasUserColumn } from './job-facts';

/** Copies of the old server's crontabs, in your repository. */
export class BatchLines {
  /**
   * The lines of a crontab, each with the job that it becomes: the name that a comment right above it says, `# job: orders`,
   * else that of the program that it starts. A copy without the passwords that lines hold is another line: state the
   * `sha256` of those one by one.
   *
   * @param path of the copy
   * @param file where the crontab stands on the old server, e.g. `/etc/cron.d/shop`
   * @throws where neither cronie nor Debian's cron would take a line, with file, line, column and what is accepted
   */
  public static ofCrontab(path: string, file: string): BatchMigrationJob[] {
    assertTold('BatchLines.ofCrontab', { path, file });
    const text = readFileSync(path, 'utf8');
    const lines = text.split('\n');
    const read = (dialect: Dialect) => readCrontab(text, { file: path, dialect, userColumn: hasUserColumn(file) });
    const [cronie, debian] = [read('cronie'), read('debian')];
    const { entries, problems } = cronie.problems.length > debian.problems.length ? debian : cronie;
    if (problems.length > 0) throw new ValidationError(problems.map(describeProblem).join('\n'));
    if (entries.length === 0) throw new ValidationError(`${basename(path)}: got no line that starts anything.`);
    return entries.map((entry) => ({ name: nameOf(entry, lines), file, line: lines[entry.line - 1] ?? '' }));
  }

  private constructor() {}
}
