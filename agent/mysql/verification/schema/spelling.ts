/**
 * Every way in which two versions of MySQL, or MySQL and MariaDB, spell one and the same definition. What is not here
 * is a difference.
 */

/** MySQL 8.0.19 and later show no display width, which never meant anything for what a column holds. */
export function columnType(type: string): string {
  return inUtf8mb3(type.toLowerCase().replace(/\b((?:tiny|small|medium|big)?int|year)\(\d+\)/g, '$1'));
}

/** MySQL 8.0.30 and MariaDB 10.6 write `utf8mb3` for what was `utf8`. */
export function inUtf8mb3(text: string): string {
  return text.replace(/\butf8(?=_|\b)/g, 'utf8mb3');
}

/**
 * MariaDB quotes a text and writes NULL, `current_timestamp()` and `curdate()`; MySQL does neither and writes
 * `CURRENT_TIMESTAMP`.
 */
export function columnDefault(value: string): string {
  const text = value.replace(/^'(.*)'$/s, '$1').replaceAll("''", "'");
  return text === 'NULL' ? '' : expression(text);
}

/** MySQL says of an expression that it was generated, and neither agree on the parentheses of CURRENT_TIMESTAMP. */
export function columnExtra(extra: string): string {
  return expression(extra.replace(/\bDEFAULT_GENERATED\b/i, '').replace(/\b(PERSISTENT)\b/i, 'STORED'));
}

/** Quotes of names, blanks, redundant parentheses and introducers of character sets are put where each version likes. */
export function expression(text: string): string {
  return inUtf8mb3(
    text
      .replace(/\bcurrent_timestamp\b\s*(\(\s*\))?/gi, 'current_timestamp')
      .replace(/\b_(utf8mb4|utf8mb3|utf8|latin1)\s*(?=\\?')/gi, '')
      .replace(/\\'/g, "'")
      .replace(/[`\s()]+/g, ' ')
      .trim()
      .toLowerCase(),
  );
}

/** Bodies of routines, triggers and events are kept as they were written, but for blanks at either end. */
export function body(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** InnoDB does the same for both; MySQL 8.0 shows the one where 5.7 and MariaDB show the other. */
export function referentialRule(rule: string): string {
  return rule === 'RESTRICT' ? 'NO ACTION' : rule;
}

/** A replica keeps its source's events from running a second time; promoting it lets them run. */
export function eventStatus(status: string): string {
  return /^(SLAVESIDE|REPLICA_SIDE)_DISABLED$/.test(status) ? 'ENABLED' : status;
}

/** Aurora has InnoDB only, and converts what it is given (RDS for MySQL → Aurora, "Migrating … MyISAM tables"). */
export function storageEngine(engine: string): string {
  return /^(MyISAM|Aria|InnoDB)$/i.test(engine) ? 'InnoDB' : engine;
}

/** COMPRESSED becomes DYNAMIC on Aurora, which cannot store it; of the other formats one holds what the others do. */
export function rowFormat(format: string): string {
  return /^(Dynamic|Compact|Compressed|Fixed|Page|Redundant)$/i.test(format) ? 'Dynamic' : format;
}
