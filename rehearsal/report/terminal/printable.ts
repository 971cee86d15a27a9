import { stripVTControlCharacters } from 'node:util';

/** Names and errors come from elsewhere: none may move the cursor, colour the screen or break a line. */
export function printable(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
}
