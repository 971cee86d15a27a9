import type { Connection } from '../../resp/connection';
import { type Reply, ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';

/** What makes one key of the target what it shall be. Several commands take effect at one instant. */
export interface Write {
  readonly key: Buffer;
  readonly commands: readonly Command[];
  /** The source's value, where it travels as a dump. */
  readonly dump?: Buffer | undefined;
}

/** What became of a write: done, not done because a client of the target has written it, or refused. */
export type Outcome = 'applied' | 'target-write' | ReplyError;

export interface Application {
  /** Resolves once whatever is applied after it also takes effect after it. */
  readonly ordered: Promise<void>;
  /** In the order of the writes. */
  readonly outcomes: Promise<Outcome[]>;
}

export interface Applier {
  /** `changed` tells writes that follow a change on the source from those of keys that a scan came across. */
  apply(database: number, writes: readonly Write[], changed: boolean): Application;
}

/** Writes straight through: nobody else writes to the target. */
export class DirectApplier implements Applier {
  constructor(private readonly connection: Connection) {}

  apply(database: number, writes: readonly Write[]): Application {
    const replies = this.connection.batchIn(database, writes.flatMap(commandsOf));
    return {
      ordered: Promise.resolve(),
      outcomes: replies.then((all) => outcomesOf(writes, all)),
    };
  }
}

function commandsOf({ commands }: Write): readonly Command[] {
  return commands.length === 1 ? commands : [['MULTI'], ...commands, ['EXEC']];
}

function outcomesOf(writes: readonly Write[], replies: readonly Reply[]): Outcome[] {
  let at = 0;
  return writes.map(({ commands }) => {
    const count = commands.length === 1 ? 1 : commands.length + 2;
    const outcome = outcomeOf(replies.slice(at, at + count));
    at += count;
    return outcome;
  });
}

/** The first error among the replies to one write; of a transaction also within EXEC's own. */
export function outcomeOf(replies: readonly Reply[]): Outcome {
  for (const reply of replies) {
    if (reply instanceof ReplyError) return reply;
    const inner = Array.isArray(reply) ? reply.find((item) => item instanceof ReplyError) : undefined;
    if (inner instanceof ReplyError) return inner;
  }
  return 'applied';
}
