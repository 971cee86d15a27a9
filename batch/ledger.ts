import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFile, replaceFile } from './atomic-file';
import { bootId, isAlive, type ProcessIdentity } from './processes';

/**
 * `waiting`: claimed, and nothing was started. `running`: may have been started. All others are final. `left`: another host
 * starts it.
 */
export type RunState =
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'timed-out'
  | 'died'
  | 'skipped'
  | 'missed'
  | 'left';

/** What became of a slot. */
export interface SlotRecord {
  readonly state: RunState;
  /** When the record was written, ISO 8601. */
  readonly at: string;
  readonly startedAt?: string;
  readonly runner?: ProcessIdentity;
  /** Whose files the run works on. */
  readonly revision?: string;
  readonly attempt?: number;
  readonly exitCode?: number;
  readonly reason?: string;
  /** Of `left`: the decision by which it was. */
  readonly epoch?: number;
}

const MARK = '.open';
/** A mark of a claim that was never made is left behind by a runner that was killed in between. */
const MARK_ALONE_MS = 10 * 60_000;

/**
 * What was started, a file a slot, on the disk that outlives deploys. The one that creates a slot's file has the slot: so it
 * is started at most once, however often and by whomever it is asked for.
 *
 * Beside a slot that is not over lies a mark, made before the claim: so that those few are found among thousands.
 */
export class Ledger {
  constructor(
    private readonly folder: string,
    readonly job: string,
  ) {}

  /** @returns whether the slot is the caller's */
  claim(slot: string, record: SlotRecord): boolean {
    if (isOpen(record)) this.mark(slot);
    return createFile(this.fileOf(slot), JSON.stringify(record));
  }

  /** Of a slot that came to nothing. @returns whether the second try is the caller's */
  claimAgain(slot: string): boolean {
    this.mark(slot);
    return createFile(this.againFileOf(slot), '');
  }

  /** Takes back what was left to another host that was never told of it: it can be claimed again. */
  takeBack(slot: string): void {
    if (this.read(slot)?.state === 'left') rmSync(this.fileOf(slot));
  }

  /** For who has claimed it. */
  write(slot: string, record: SlotRecord): void {
    replaceFile(this.fileOf(slot), JSON.stringify(record));
    if (!isOpen(record)) rmSync(this.markOf(slot), { force: true });
  }

  read(slot: string): SlotRecord | undefined {
    return readJson(this.fileOf(slot)) as SlotRecord | undefined;
  }

  has(slot: string): boolean {
    return existsSync(this.fileOf(slot));
  }

  /** Slots that are claimed and not over. */
  open(): readonly (readonly [slot: string, record: SlotRecord])[] {
    return this.filesWith(MARK).flatMap((slot) => {
      const record = this.read(slot);
      if (record !== undefined && isOpen(record)) return [[slot, record] as const];
      if (record !== undefined || this.isOldMark(slot)) rmSync(this.markOf(slot), { force: true });
      return [];
    });
  }

  /** Those whose names sort behind the prefix, in order. */
  since(prefix: string): readonly (readonly [slot: string, record: SlotRecord])[] {
    return this.slots().flatMap((slot) => {
      const record = slot >= prefix ? this.read(slot) : undefined;
      return record === undefined ? [] : [[slot, record] as const];
    });
  }

  newest(): readonly [slot: string, record: SlotRecord] | undefined {
    const slot = this.slots().findLast((name) => !name.startsWith('boot')) ?? this.slots().at(-1);
    const record = slot === undefined ? undefined : this.read(slot);
    return slot === undefined || record === undefined ? undefined : [slot, record];
  }

  /** The file into which a run's shell writes who it is, before it becomes the job. */
  processFileOf(slot: string): string {
    return join(this.folderOfJob(), `${slot}.process`);
  }

  /** Up to when every slot has a record, or is none of this host's. ISO 8601. */
  get settledUntil(): string | undefined {
    return (readJson(this.settledFile()) as { readonly until: string } | undefined)?.until;
  }

  settle(until: string): void {
    replaceFile(this.settledFile(), JSON.stringify({ until }));
  }

  /** Forgets what ended before, as far as no slot can be asked for again. */
  prune(before: string): void {
    for (const slot of this.slots()) {
      if (slot >= before || slot.startsWith('boot') || existsSync(this.markOf(slot))) continue;
      rmSync(this.processFileOf(slot), { force: true });
      rmSync(this.againFileOf(slot), { force: true });
      rmSync(this.fileOf(slot));
    }
  }

  private mark(slot: string): void {
    mkdirSync(this.folderOfJob(), { recursive: true });
    writeFileSync(this.markOf(slot), '');
  }

  private isOldMark(slot: string): boolean {
    const made = statSync(this.markOf(slot), { throwIfNoEntry: false })?.mtimeMs;
    return made !== undefined && Date.now() - made > MARK_ALONE_MS;
  }

  private slots(): string[] {
    return this.filesWith('.json').filter((slot) => slot !== 'settled');
  }

  private filesWith(ending: string): string[] {
    if (!existsSync(this.folderOfJob())) return [];
    return readdirSync(this.folderOfJob())
      .filter((file) => file.endsWith(ending) && !file.startsWith('.'))
      .map((file) => file.slice(0, -ending.length))
      .sort();
  }

  private markOf(slot: string): string {
    return join(this.folderOfJob(), `${slot}${MARK}`);
  }

  private fileOf(slot: string): string {
    return join(this.folderOfJob(), `${slot}.json`);
  }

  private againFileOf(slot: string): string {
    return join(this.folderOfJob(), `${slot}.again`);
  }

  private settledFile(): string {
    return join(this.folderOfJob(), 'settled.json');
  }

  private folderOfJob(): string {
    return join(this.folder, this.job);
  }
}

function isOpen({ state }: SlotRecord): boolean {
  return state === 'waiting' || state === 'running';
}

/** Whether the runner that wrote the record still works on it. */
export function hasRunner({ runner }: SlotRecord): boolean {
  return runner !== undefined && isAlive(runner);
}

/** Whether the job lives, whose runner may be dead. Its number is of the runner's boot. */
export function hasJob({ runner }: SlotRecord, job: ProcessIdentity | undefined): job is ProcessIdentity {
  return job !== undefined && runner?.boot === bootId() && isAlive(job);
}

export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
