import { type Row, text } from '../../result-row';
import type { Reading } from './reading';
import { isWord, type Token, tokensOf } from './sql/tokens';

/** `RANGE year(d): p0 less than 2000, …`; '' of a table that has none. */
export function partitionsOf(reading: Reading, rows: readonly Row[]): string {
  const [first] = rows;
  if (first === undefined || text(first, 'PARTITION_NAME') === '') return '';
  const parts = rows.map((row) => partition(reading, row));
  return `${method(reading, first, 'PARTITION')}${method(reading, first, 'SUBPARTITION')}: ${parts.join('; ')}`;
}

function method({ spelling }: Reading, row: Row, level: 'PARTITION' | 'SUBPARTITION'): string {
  const kind = text(row, `${level}_METHOD`);
  if (kind === '') return '';
  const by = tokensOf(text(row, `${level}_EXPRESSION`)).map(asName);
  return `${level === 'SUBPARTITION' ? ', then ' : ''}${kind} ${spelling.sql(by)}`;
}

function partition({ spelling }: Reading, row: Row): string {
  const [values, comment] = [text(row, 'PARTITION_DESCRIPTION'), text(row, 'PARTITION_COMMENT')];
  return [
    [text(row, 'PARTITION_NAME'), text(row, 'SUBPARTITION_NAME')].filter((name) => name !== '').join('/'),
    spelling.sql(values),
    comment === '' ? '' : `comment ${JSON.stringify(comment)}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** MySQL 5.7 writes columns without quotes, as they were typed. */
function asName(token: Token, place: number, all: readonly Token[]): Token {
  const called = all[place + 1]?.value === '(';
  if (token.kind !== 'word' || called || /^(div|mod|and|or|not|interval)$/.test(token.value)) return token;
  return { ...token, kind: 'name', value: token.written, written: `\`${token.written}\`` };
}

/**
 * What information_schema does not tell: by which algorithm KEY spreads rows, and limits and places of single partitions.
 * MySQL writes names here without quotes where they need none.
 */
export function partitionOptionsOf(createTable: string): string {
  const tokens = tokensOf(createTable);
  const begin = tokens.findIndex((token, at) => isWord(token, 'partition') && isWord(tokens[at + 1], 'by'));
  if (begin < 0) return '';
  const told: string[] = [];
  let of = '';
  for (const [at, token] of tokens.entries()) {
    if (at <= begin || token.kind !== 'word') continue;
    const [next, value, further] = tokens.slice(at + 1, at + 4);
    if (/^(sub)?partition$/.test(token.value) && !isWord(next, 'by') && next !== undefined) {
      of = `${next.kind === 'name' ? next.value : next.written} `;
    } else if (OPTION.test(token.value) && next?.value === '=') told.push(`${of}${token.value} ${value?.value ?? ''}`);
    else if (OPTION.test(token.value) && isWord(next, 'directory'))
      told.push(`${of}${token.value} directory ${further?.value ?? ''}`);
  }
  return told.join(', ');
}

const OPTION = /^(algorithm|max_rows|min_rows|tablespace|nodegroup|data|index)$/;
