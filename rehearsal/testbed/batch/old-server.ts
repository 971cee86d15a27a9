import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchManifest } from '../../../contract/batch-migration';
import { type CrontabEntry, readCrontab } from '../../../cron/crontab';
import type { Dialect } from '../../../cron/dialect';
import { quoted } from '../../hosts/programs-on-path';
import type { HostFile } from './batch-hosts';
import { last, leave } from './side-effects';

/** A job as it stands on the old server. */
export interface OldJob {
  readonly name: string;
  readonly user: string;
  readonly entry: CrontabEntry;
  /** Whether its program was replaced by one that leaves a side effect. */
  readonly isCounted: boolean;
}

/** What the rehearsal puts on blue: its crontabs, and in the place of each program that they start one that leaves a side effect. */
export interface OldServer {
  readonly jobs: readonly OldJob[];
  readonly files: readonly HostFile[];
  /** By name, of the PATH of crontabs. */
  readonly programs: Readonly<Record<string, string>>;
}

export interface OldServerProps {
  /** Of its cron. */
  readonly dialect: Dialect;
  readonly timeZone: string;
  /** How long programs of jobs go on, in seconds, by job. */
  readonly lasting: Readonly<Record<string, number>>;
}

/** Programs that scripts of the rehearsal need themselves. */
const OWN = ['cat', 'date', 'id', 'sh', 'test'];
/** Folders of the old server that the rehearsal writes to. */
const OF_DISK = /^\/(opt|srv|home|root|var|etc)\//;

/**
 * Reads the crontabs of an old server from a folder with a copy of each, and finds the lines that the migration moves by their
 * SHA-256.
 *
 * @throws Error naming a job whose line is in none of the copies
 */
export function oldServer(folder: string, manifest: BatchManifest, props: OldServerProps): OldServer {
  const { dialect, timeZone, lasting } = props;
  const copies = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
  const files = new Map<string, string>();
  const jobs = manifest.jobs.map(({ name, file, sha256, user }): OldJob => {
    const found = copies
      .map((copy) => ({ copy, line: copy.text.split('\n').findIndex((line) => sha256Of(line) === sha256) + 1 }))
      .find(({ line }) => line > 0);
    if (found === undefined) {
      throw new Error(
        `No crontab in ${folder} has the line of the job ${name} (SHA-256 ${sha256}): put a copy of ${file} there.`,
      );
    }
    files.set(file, found.copy.text);
    const userColumn = !file.startsWith('/var/spool/');
    const { entries } = readCrontab(found.copy.text, { file, dialect, userColumn, timeZone });
    const entry = entries.find(({ line }) => line === found.line);
    if (entry === undefined)
      throw new Error(`${file}:${found.line}: the line of the job ${name} is none that cron runs.`);
    return { name, user, entry, isCounted: programOf(entry) !== undefined };
  });
  const crontabs = [...files].map(([path, text]) => crontabFile(path, text));
  return { jobs, ...standIns(jobs, crontabs, lasting) };
}

function standIns(
  jobs: readonly OldJob[],
  crontabs: readonly HostFile[],
  lasting: OldServerProps['lasting'],
): Pick<OldServer, 'files' | 'programs'> {
  const byProgram = new Map<string, OldJob[]>();
  for (const job of jobs) {
    const program = programOf(job.entry)?.program;
    if (program !== undefined) byProgram.set(program, [...(byProgram.get(program) ?? []), job]);
  }
  const files = [...crontabs];
  const programs: Record<string, string> = {};
  for (const [program, own] of byProgram) {
    const text = scriptOf(own, lasting);
    if (OF_DISK.test(program)) files.push({ path: program, text, mode: 0o755 });
    else programs[program.replace(/^.*\//, '')] = text;
  }
  return { files, programs };
}

/** Which job it is, the arguments say. */
function scriptOf(jobs: readonly OldJob[], lasting: OldServerProps['lasting']): string {
  const cases = jobs.map(({ name, entry }) => `${programOf(entry)?.pattern}) job=${quoted(name)} ;;`);
  return [
    '#!/bin/sh',
    'job=',
    'case "$*" in',
    ...cases,
    'esac',
    `[ -z "$job" ] || ${leave('$job')}`,
    last('$job', lasting),
  ].join('\n');
}

/** The first program of a command, and what its arguments are, as a pattern of the shell. */
function programOf({ command }: CrontabEntry): { readonly program: string; readonly pattern: string } | undefined {
  const [first = ''] = command.split(/ [|>&;]/);
  const [program = '', ...rest] = first.trim().split(/\s+/);
  if (OWN.includes(program)) return undefined;
  const text = rest
    .join(' ')
    .replace(/"\$\([^)]*\)"/g, '*')
    .replace(/["']/g, '');
  const pattern = text.split('*').map((piece) => (piece === '' ? '' : quoted(piece)));
  return { program, pattern: pattern.join('*') || "''" };
}

/** Crontabs of users are theirs, and nobody else reads them. */
function crontabFile(path: string, text: string): HostFile {
  const isOfUser = path.startsWith('/var/spool/');
  const owner = path.split('/').at(-1) ?? '';
  return { path, text, ...(isOfUser && { owner, mode: 0o600 }) };
}

function sha256Of(line: string): string {
  return createHash('sha256').update(line).digest('hex');
}
