import { AwsError, NotRehearsedError } from '../aws-error';

/**
 * A filter pattern of terms: words, and what stands in quotation marks, all of which must be in a line; behind a `?` one of
 * them is enough; behind a `-` it must not be there.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export class FilterPattern {
  private readonly all: readonly string[];
  private readonly some: readonly string[];
  private readonly none: readonly string[];

  /** @throws AwsError InvalidParameterException */
  constructor(pattern: string) {
    if (/^\s*[{[%]/.test(pattern)) {
      throw new NotRehearsedError('A filter pattern of JSON, of columns or of a regular expression');
    }
    const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|([\w*]+))|(\S)/g)];
    if (terms.some(([, , , , other]) => other !== undefined)) {
      throw new AwsError('InvalidParameterException', `Invalid filter pattern: ${pattern}`);
    }
    const marked = (mark: string) =>
      terms.filter(([, each]) => each === mark).map(([, , quoted, word = '']) => unescaped(quoted ?? word));
    [this.all, this.some, this.none] = [marked(''), marked('?'), marked('-')];
  }

  matches(line: string): boolean {
    const has = (term: string) => line.includes(term);
    return this.all.every(has) && !this.none.some(has) && (this.some.length === 0 || this.some.some(has));
  }

  /** A line that matches. */
  get example(): string {
    return [...this.all, ...this.some.slice(0, 1)].join(' ');
  }
}

const unescaped = (text: string) => text.replace(/\\(.)/g, '$1');
