/** How tightly an operator binds, the loosest first. */
export const binding: ReadonlyMap<string, number> = new Map([
  ...each(1, 'or', '||'),
  ...each(2, 'xor'),
  ...each(3, 'and', '&&'),
  ...each(5, '=', '<=>', '>=', '>', '<=', '<', '<>', '!=', 'is'),
  ...each(6, 'between'),
  ...each(7, 'like', 'regexp', 'rlike', 'in', 'member'),
  ...each(8, '|'),
  ...each(9, '&'),
  ...each(10, '<<', '>>'),
  ...each(11, '+', '-'),
  ...each(12, '*', '/', 'div', '%', 'mod'),
  ...each(13, '^'),
  ...each(15, 'collate', '->', '->>'),
]);
export const NOT = 4;
export const SIGN = 14;

function each(strength: number, ...operators: readonly string[]): [string, number][] {
  return operators.map((operator) => [operator, strength]);
}

/** Words that stand between expressions and belong to none. */
export const clauses: ReadonlySet<string> = new Set(
  `select distinct all from where group by having order limit offset union except intersect join left right inner cross
   straight_join outer natural on using as asc desc separator with recursive rollup over partition rows range unbounded preceding
   following current row when then else end for lock escape window lateral leading trailing both values any some`.split(
    /\s+/,
  ),
);

/** Names that one of them writes for a function of the other's name. */
export const functions: ReadonlyMap<string, string> = new Map([
  ['now', 'current_timestamp'],
  ['localtime', 'current_timestamp'],
  ['localtimestamp', 'current_timestamp'],
  ['curdate', 'current_date'],
  ['curtime', 'current_time'],
  ['ucase', 'upper'],
  ['lcase', 'lower'],
  ['octet_length', 'length'],
  ['substring', 'substr'],
  ['mid', 'substr'],
  ['day', 'dayofmonth'],
  ['ceil', 'ceiling'],
  ['power', 'pow'],
  ['character_length', 'char_length'],
  ['session_user', 'user'],
  ['system_user', 'user'],
  ['schema', 'database'],
  ['st_geometryfromtext', 'st_geomfromtext'],
  ['st_geometryfromwkb', 'st_geomfromwkb'],
]);

/** Before a text: a literal of that type. */
export const moments: ReadonlySet<string> = new Set(['date', 'time', 'timestamp']);

/** Written with or without parentheses. */
export const withoutArguments: ReadonlySet<string> = new Set(['current_timestamp', 'current_date', 'current_time']);

/** What says true where a number is asked whether it is one. */
export const truths: ReadonlySet<string> = new Set(['where', 'having', 'on', 'when', 'and']);
