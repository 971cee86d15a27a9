import { z } from 'zod';
import type { BinlogPosition, ChainDirection, NotCovered } from '../../../contract/database';
import { StateFile } from '../../state-file';

/** Both sides were equal, but for what the log of `from` holds after the position, and for what was not compared. */
export interface VerifiedUpTo extends ChainDirection {
  readonly position: BinlogPosition;
  /** Where the log of `to` stood then. */
  readonly toPosition: BinlogPosition;
  readonly notCovered?: readonly NotCovered[] | undefined;
}

const side = z.enum(['blue', 'green']);
const position = z.object({ file: z.string(), position: z.number(), gtid: z.string().optional() });
const verifiedUpTo: z.ZodType<VerifiedUpTo> = z.object({
  from: side,
  to: side,
  position,
  toPosition: position,
  notCovered: z
    .array(z.object({ object: z.string(), reason: z.string(), holdsRows: z.literal(true).optional() }))
    .optional(),
});

/** One small file a migration, so that an agent that comes back need not compare everything again. */
export class VerificationFile {
  private readonly file: StateFile;

  constructor(directory: string, migrationName: string) {
    this.file = new StateFile(directory, migrationName, 'verification');
  }

  /** `undefined` where nothing was verified in this direction. */
  async read({ from, to }: ChainDirection): Promise<VerifiedUpTo | undefined> {
    const content = await this.file.read();
    if (content === undefined) return undefined;
    const { success, data: verified } = verifiedUpTo.safeParse(content);
    // An earlier version did not write down all that is needed.
    if (!success) return undefined;
    return verified.from === from && verified.to === to ? verified : undefined;
  }

  write(verified: VerifiedUpTo): Promise<void> {
    return this.file.write(verified);
  }

  forget(): Promise<void> {
    return this.file.forget();
  }
}
