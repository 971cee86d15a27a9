import { z } from 'zod';
import type { BinlogPosition, ChainServer } from '../../../contract/database';
import type { Log } from '../../log';
import type { Databases } from '../../sql/databases';
import { StateFile } from '../../state-file';

const schema = z.object({
  /** Which server it is of: another one has done nothing yet. */
  server: z.string(),
  /** Statements that leave no trace and have been run. */
  statements: z.array(z.string()),
  /** What the steps of a kind took together. */
  took: z.record(z.string(), z.object({ bytes: z.number(), seconds: z.number(), steps: z.number() })),
  /** Up to where its log has been looked through for what others wrote. */
  looked: z.object({ file: z.string(), position: z.number() }).optional(),
});

type Content = z.infer<typeof schema>;

/**
 * What is known of the converting replica and cannot be read from it. On a new host it is gone: then a time is unknown, a
 * statement is run again that changes nothing the second time, and the log is looked through from its beginning.
 */
export class ConversionRecord {
  private constructor(
    private readonly file: StateFile,
    private readonly log: Log,
    private content: Content,
  ) {}

  static async of(
    databases: Databases,
    server: Pick<{ host: string; port: number }, 'host' | 'port'>,
  ): Promise<ConversionRecord> {
    const name: ChainServer = 'converting';
    const file = new StateFile(databases.stateDirectory, databases.migrationName, name);
    const parsed = schema.safeParse(await file.read().catch(() => undefined));
    const empty = { server: `${server.host}:${server.port}`, statements: [], took: {} };
    return new ConversionRecord(
      file,
      databases.log,
      parsed.success && parsed.data.server === empty.server ? parsed.data : empty,
    );
  }

  hasRun(statement: string): boolean {
    return this.content.statements.includes(statement);
  }

  /** `undefined` where no step of the kind has run on it. */
  secondsFor(kind: string, bytes: number): number | undefined {
    const took = this.content.took[kind];
    if (took === undefined || took.bytes === 0) return undefined;
    return Math.ceil((bytes * took.seconds) / took.bytes);
  }

  get looked(): BinlogPosition | undefined {
    return this.content.looked;
  }

  /** @param statement of which it cannot be seen that it was run */
  async ran(kind: string, bytes: number, seconds: number, statement?: string): Promise<void> {
    const { took, statements } = this.content;
    const before = took[kind] ?? { bytes: 0, seconds: 0, steps: 0 };
    const after = { bytes: before.bytes + bytes, seconds: before.seconds + seconds, steps: before.steps + 1 };
    await this.write({
      took: { ...took, [kind]: after },
      statements: statement === undefined ? statements : [...new Set([...statements, statement])],
    });
  }

  async lookedUpTo({ file, position }: BinlogPosition): Promise<void> {
    await this.write({ looked: { file, position } });
  }

  private async write(changed: Partial<Content>): Promise<void> {
    this.content = { ...this.content, ...changed };
    // Somebody who runs a verb by hand may not write there; it is known again from the server, or looked for again.
    await this.file.write(this.content).catch((error: unknown) => this.log.warn('converting.not-noted', { error }));
  }
}
