import { stripVTControlCharacters } from 'node:util';

/** Names and errors come from elsewhere: none may move the cursor, colour the screen or break a line. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\p{Cf}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
