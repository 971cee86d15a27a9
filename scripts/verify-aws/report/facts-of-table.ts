import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const TABLE = join(resolve(__dirname, '../../..'), 'docs/aws-facts.md');

/** The names of all facts, in the order of docs/aws-facts.md. */
export function factNames(): string[] {
  return [...readFileSync(TABLE, 'utf8').matchAll(/^\| <a id="([^"]+)">/gm)].map(([, name]) => String(name));
}
