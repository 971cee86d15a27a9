import { encodeCommand } from '../protocol/encode';

/** Where a command has its time-out, and in which unit; 0 is without end. */
type Place = { readonly at: number; readonly unitMs: number };

const SECONDS_LAST = new Set(['blpop', 'brpop', 'brpoplpush', 'blmove', 'bzpopmin', 'bzpopmax']);
const SECONDS_FIRST = new Set(['blmpop', 'bzmpop']);
const MILLISECONDS_LAST = new Set(['wait', 'waitaof']);

/** Redis below 7.0.8 takes 0.001 for 0, which has no end: https://github.com/redis/redis/pull/11688 */
const MIN_SECONDS = 0.01;

/** A command that the server keeps until there is something to answer, or its time is over. */
export class BlockingCommand {
  readonly since = performance.now();
  /** XREAD: the last entry of each stream that was to be read from `$`, once the server has said it. */
  private readonly lastIds = new Map<number, Buffer>();

  private constructor(
    readonly name: string,
    private readonly elements: readonly Buffer[],
    private readonly timeout: Place,
  ) {}

  /** Undefined: it answers at once, as XREAD does without BLOCK. */
  static of(name: string, elements: readonly Buffer[]): BlockingCommand | undefined {
    const timeout = timeoutOf(name, elements);
    return timeout === undefined ? undefined : new BlockingCommand(name, elements, timeout);
  }

  /** WAIT answers with a number, and with a smaller one than was asked for when it is taken off. */
  unserved(line: string): boolean {
    if (this.name === 'wait') return Number(line.slice(1)) < Number(this.elements[1]);
    if (this.name === 'waitaof') return false;
    return line === '*-1' || line === '$-1' || line === '_';
  }

  /** Places of `$` among the ids of XREAD, with the key that each is of. */
  get fromLast(): readonly { readonly place: number; readonly key: Buffer }[] {
    if (this.name !== 'xread') return [];
    const streams = this.elements.findIndex((element) => /^streams$/i.test(element.toString('latin1')));
    const count = (this.elements.length - streams - 1) / 2;
    return this.elements.flatMap((element, place) => {
      const key = this.elements[place - count];
      const isLast = place > streams + count && element.length === 1 && element[0] === 36;
      return isLast && key !== undefined ? [{ place, key }] : [];
    });
  }

  remember(place: number, id: Buffer): void {
    this.lastIds.set(place, Buffer.from(id));
  }

  /** The command with the time that is left, and never with none, so that the server itself says that it is over. */
  again(fractions: boolean): Buffer {
    const elements = this.elements.map((element, place) => this.lastIds.get(place) ?? element);
    const { at, unitMs } = this.timeout;
    const given = Number(this.elements[at]);
    if (given > 0) {
      const leftMs = given * unitMs - (performance.now() - this.since);
      const whole = unitMs === 1 || !fractions;
      const left = whole ? Math.max(1, Math.ceil(leftMs / unitMs)) : Math.max(MIN_SECONDS, leftMs / unitMs);
      elements[at] = Buffer.from(whole ? String(left) : left.toFixed(3));
    }
    return encodeCommand(...elements);
  }
}

function timeoutOf(name: string, elements: readonly Buffer[]): Place | undefined {
  const last = elements.length - 1;
  const place = SECONDS_LAST.has(name)
    ? { at: last, unitMs: 1000 }
    : SECONDS_FIRST.has(name)
      ? { at: 1, unitMs: 1000 }
      : MILLISECONDS_LAST.has(name)
        ? { at: last, unitMs: 1 }
        : { at: blockOption(elements), unitMs: 1 };
  // Where this is no time, the server refuses the command and keeps nobody waiting.
  return place.at > 0 && /^\d+(\.\d+)?$/.test(String(elements[place.at])) ? place : undefined;
}

/** BLOCK stands before STREAMS, behind which are keys, which may be called anything. */
function blockOption(elements: readonly Buffer[]): number {
  for (const [i, element] of elements.entries()) {
    const word = element.length < 8 ? element.toString('latin1').toLowerCase() : '';
    if (word === 'streams') return 0;
    if (word === 'block') return i + 1;
  }
  return 0;
}
