/** A server's answer to INFO, by field. Sections do not matter: no two share a field's name. */
export class Info {
  private readonly fields = new Map<string, string>();

  constructor(text: string) {
    for (const line of text.split(/\r?\n/)) {
      const colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith('#')) this.fields.set(line.slice(0, colon), line.slice(colon + 1));
    }
  }

  text(field: string): string | undefined {
    return this.fields.get(field);
  }

  /** 0 where the server's version has no such field, so that a missing figure never looks like a large one. */
  number(field: string): number {
    const value = Number(this.fields.get(field));
    return Number.isFinite(value) ? value : 0;
  }

  /**
   * How often each command was called, by its name in lower case; a subcommand of 7.0 and later is `xgroup|create`.
   * A command inside a script or a transaction counts under its own name.
   */
  calls(): ReadonlyMap<string, number> {
    const calls = new Map<string, number>();
    for (const [field, value] of this.fields) {
      if (!field.startsWith('cmdstat_')) continue;
      const count = /(?:^|,)calls=(\d+)/.exec(value)?.[1];
      if (count !== undefined) calls.set(field.slice('cmdstat_'.length).toLowerCase(), Number(count));
    }
    return calls;
  }

  /** Keys and keys with an expiry of each logical database that has any. */
  keyspace(): ReadonlyMap<number, { readonly keys: number; readonly expires: number }> {
    const databases = new Map<number, { keys: number; expires: number }>();
    for (const [field, value] of this.fields) {
      const database = /^db(\d+)$/.exec(field)?.[1];
      const counts = /^keys=(\d+),expires=(\d+)/.exec(value);
      if (database === undefined || counts === null) continue;
      databases.set(Number(database), { keys: Number(counts[1]), expires: Number(counts[2]) });
    }
    return databases;
  }
}
