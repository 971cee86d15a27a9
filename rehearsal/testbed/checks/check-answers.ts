import { once } from 'node:events';
import type { Side } from '../../report/result';
import { behavesOn, type CheckBehaviours } from './check-behaviours';

/** What the application that checks ask about finds out, and says of itself. */
export interface CheckAnswer {
  readonly passed: boolean;
  readonly detail: string;
}

/**
 * What checks are answered, of any type. The application uses the record as any client does: where it finds no server
 * that answers, it is not well, whatever it was told to be.
 */
export class CheckAnswers {
  /** @param use - uses the record once, and says which side answered. Rejects where none does */
  constructor(
    private readonly behaviours: CheckBehaviours,
    private readonly use: () => Promise<Side>,
  ) {}

  /** How it is at this moment, for who only looks at what it leaves behind. Who is not served leaves nothing. */
  async now(check: string): Promise<'works' | 'red' | 'hangs'> {
    try {
      return behavesOn(this.behaviours.get(check), await this.use());
    } catch {
      return 'hangs';
    }
  }

  /** @param signal - ends one that hangs; it rejects then */
  async of(check: string, signal: AbortSignal): Promise<CheckAnswer> {
    let side: Side;
    try {
      side = await this.use();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { passed: false, detail: `the application is not served: ${reason}` };
    }
    switch (behavesOn(this.behaviours.get(check), side)) {
      case 'works':
        return { passed: true, detail: `served by ${side}` };
      case 'red':
        return { passed: false, detail: `not well on ${side}` };
      case 'hangs':
        if (!signal.aborted) await once(signal, 'abort');
        throw new Error('It has not answered.');
    }
  }
}
