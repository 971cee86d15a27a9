import { createHash } from 'node:crypto';

/** So much of a secret's digest that two that differ are told apart, and too little to find out what it is. */
export function digest(secret: string): string {
  return `of digest ${createHash('sha256').update(secret).digest('hex').slice(0, 6)}`;
}
