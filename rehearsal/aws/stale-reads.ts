import type { Clock } from './clock';

/** A read that AWS promises to answer with what is. Every other may answer as it was. */
const CURRENT = new Set([
  // "This action returns the most current version of the records", those that are PENDING too.
  // @see docs/aws-facts.md#route53-list-current
  'route53:listResourceRecordSets',
  // It is about one change, and PENDING until that is in sync.
  'route53:getChange',
  // Long polls, and answers about a token: they change what they speak of.
  'sfn:getActivityTask',
]);

const READS = /^(describe|list|get|filter|lookup)/;

/** Some of the calls that read change nothing; all others do. */
export function isRead(service: string, action: string): boolean {
  return READS.test(action) && !CURRENT.has(`${service}:${action}`);
}

interface Question {
  /** Asks it of the service as it is now; its refusals too. */
  readonly ask: () => Promise<() => object>;
  /** What is answered until then: how it was before the change. */
  before?: { readonly answer: () => object; readonly until: number };
}

/**
 * Answers reads as it was a few seconds before: AWS documents most of them as eventually consistent, and of the others
 * does not say. A change is seen by each question after a time of its own, drawn from a seeded source.
 *
 * @see docs/aws-facts.md#ec2-eventual-consistency
 *
 * The first read is answered with what is: nothing is known of how that was.
 */
export class StaleReads {
  private readonly questions = new Map<string, Map<string, Question>>();

  /**
   * @param longestMs the longest for which a change may not be seen
   * @param random from 0 up to, not including, 1
   */
  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly longestMs: number,
    private readonly random: () => number,
  ) {}

  /** Of a service that is about to be changed: keeps how everything is that was ever asked of it. */
  async keep(service: string): Promise<void> {
    for (const question of this.of(service).values()) {
      // Who reads as it was goes on to do so until then: what is changed twice is not seen any sooner.
      if (question.before !== undefined && question.before.until > this.clock.now()) continue;
      const until = this.clock.now() + Math.floor(this.random() * this.longestMs);
      question.before = { answer: await question.ask(), until };
    }
  }

  /** The answer to a read, as it is or as it was. */
  async answer(service: string, key: string, ask: () => Promise<object>): Promise<object> {
    const { before } = this.of(service).get(key) ?? {};
    const asked = () => settled(ask);
    this.of(service).set(key, { ask: asked, ...(before !== undefined && { before }) });
    if (before !== undefined && before.until > this.clock.now()) return before.answer();
    return (await asked())();
  }

  private of(service: string): Map<string, Question> {
    const known = this.questions.get(service) ?? new Map<string, Question>();
    this.questions.set(service, known);
    return known;
  }
}

/** Of plain data; a Date stays the one it is, for nobody changes it. */
function copied<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(copied) as Value;
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, copied(each)])) as Value;
}

/** Gives the answer, or throws the refusal, again and again. */
async function settled(ask: () => Promise<object>): Promise<() => object> {
  try {
    const answer = copied(await ask());
    return () => copied(answer);
  } catch (error) {
    return () => {
      throw error;
    };
  }
}
