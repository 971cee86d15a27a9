import { createHash, randomUUID } from 'node:crypto';
import type { Expression } from 'jsonata';
import type { Json } from '../json';
import { compile } from './compile';

/** What expressions cannot know from their input. */
export interface Ambience {
  /** Milliseconds since the epoch, for `$now()` and `$millis()`. */
  readonly now: number;
  /** Source of `$random()` without a seed: numbers from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** What Step Functions adds to JSONata: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
export const STEP_FUNCTIONS_FUNCTIONS = ['partition', 'range', 'hash', 'random', 'uuid', 'parse'];

/** The functions of JSONata 2.0.6, less `$eval`, which Step Functions disables: a definition that names it is refused. */
export const JSONATA_FUNCTIONS = [
  ...['abs', 'append', 'assert', 'average', 'base64decode', 'base64encode', 'boolean', 'ceil', 'clone', 'contains'],
  ...['count', 'decodeUrl', 'decodeUrlComponent', 'distinct', 'each', 'encodeUrl', 'encodeUrlComponent', 'error'],
  ...['exists', 'filter', 'floor', 'formatBase', 'formatInteger', 'formatNumber', 'fromMillis', 'join', 'keys'],
  ...['length', 'lookup', 'lowercase', 'map', 'match', 'max', 'merge', 'millis', 'min', 'not', 'now', 'number', 'pad'],
  ...['parseInteger', 'power', 'random', 'reduce', 'replace', 'reverse', 'round', 'shuffle', 'sift', 'single', 'sort'],
  ...['split', 'spread', 'sqrt', 'string', 'substring', 'substringAfter', 'substringBefore', 'sum', 'toMillis', 'trim'],
  ...['type', 'uppercase', 'zip'],
];

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA-1', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-384', 'sha384'],
  ['SHA-512', 'sha512'],
]);

/** Step Functions refuses longer ranges with this message. */
const MAX_RANGE_LENGTH = 360_145;

/** Makes an expression speak Step Functions' dialect, each time it is evaluated with what is around it then. */
export function speakStepFunctions(expression: Expression, ambience: () => Ambience): void {
  expression.registerFunction('partition', partition, '<an?:a<a>>');
  expression.registerFunction('range', range, '<n?n?n?:a<n>>');
  expression.registerFunction('hash', hash, '<s-s?:s>');
  expression.registerFunction('random', (seed) => (seed === undefined ? ambience().random() : seeded(seed)), '<n?:n>');
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction('parse', parse, '<s-:x>');
  expression.registerFunction('millis', () => ambience().now, '<:n>');
  expression.registerFunction('now', (picture, timezone) => format(ambience().now, picture, timezone), '<s?s?:s>');
}

function partition(items: Json[] | undefined, size: number | undefined): Json[][] | undefined {
  const step = Math.trunc(size ?? 0);
  if (items === undefined || items.length === 0 || step <= 0) return undefined;
  return Array.from({ length: Math.ceil(items.length / step) }, (_, i) => items.slice(i * step, (i + 1) * step));
}

function range(first?: number, last?: number, by?: number): number[] | number | undefined {
  if (first === undefined || last === undefined || by === undefined) return undefined;
  const [start, end, step] = [Math.trunc(first), Math.trunc(last), Math.trunc(by)];
  const length = step === 0 ? 0 : Math.floor((end - start) / step) + 1;
  if (length > MAX_RANGE_LENGTH) throw new Error('Expression evaluation memory limit exceeded');
  if (length <= 0) return undefined;
  return length === 1 ? start : Array.from({ length }, (_, i) => start + i * step);
}

function hash(text: string | undefined, algorithm: string | undefined): string | undefined {
  if (text === undefined || algorithm === undefined) return undefined;
  const name = HASHES.get(algorithm);
  if (name === undefined) {
    throw new Error(`Hash algorithm '${algorithm}' is unknown; accepted are ${[...HASHES.keys()].join(', ')}`);
  }
  return createHash(name).update(text).digest('hex');
}

/** The same number for the same seed. Which number AWS would give is not documented. */
function seeded(seed: number): number {
  return (
    createHash('sha256')
      .update(String(Math.trunc(seed)))
      .digest()
      .readUInt32BE() /
    2 ** 32
  );
}

function parse(text: string | undefined): Json | undefined {
  return text === undefined ? undefined : JSON.parse(text);
}

const FROM_MILLIS = compile('$fromMillis($millis, $picture, $timezone)');

function format(millis: number, picture?: string, timezone?: string): Promise<string> {
  return FROM_MILLIS.evaluate(undefined, { millis, picture, timezone });
}
