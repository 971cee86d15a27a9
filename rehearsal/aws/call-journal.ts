/** A call to the control plane, as the report tells it. Secrets are left out. */
export interface JournalEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly durationMs: number;
  readonly principal: string;
  readonly service: string;
  readonly action: string;
  /** The state that called; absent for other clients. */
  readonly state: string | undefined;
  readonly input: unknown;
  /** `ok`, or the error's name as a state machine sees it. */
  readonly outcome: string;
  readonly message?: string;
}

/** Every call in the order of its end. */
export class CallJournal {
  private readonly written: JournalEntry[] = [];

  /** @param listener told of every entry as it is written */
  constructor(private readonly listener: (entry: JournalEntry) => void = () => {}) {}

  get entries(): readonly JournalEntry[] {
    return this.written;
  }

  write(entry: JournalEntry): void {
    this.written.push(entry);
    this.listener(entry);
  }
}
