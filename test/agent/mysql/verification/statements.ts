import * as fc from 'fast-check';

/** A statement that changes both rows of a table, and the session that it runs in. */
export interface Try {
  readonly table: string;
  readonly sqlMode: string;
  readonly sql: string;
}

const gap = fc.constantFrom(
  ' ',
  '\n',
  '\t',
  '/**/',
  ' /* nightly `job` */ ',
  "-- it's\n",
  '# job "x\n',
  '/*!*/ ',
  ' /*! */',
);
const odd = [
  't',
  'order lines ',
  'v1.orders',
  'größe',
  "it's ",
  'a"b',
  'back`tick',
  'x\\y',
  'Ж',
  '\\"',
  '/*a*/',
  '-- b',
];

/** Tables may be called what accounts and code are: as words of the statement these mean something else. */
const KEYWORDS = ['user', 'role', 'view', 'event', 'package', 'algorithm', 'definer', 'aggregate', 'temporary'];

const quoted = (name: string, quote: string) => `${quote}${name.replaceAll(quote, quote + quote)}${quote}`;

/** Each with a table of its own: the first are called as keywords are, the names of the others end in their number. */
export function tries(engine: 'mysql' | 'mariadb', count: number, seed: number): readonly Try[] {
  const made = fc.record({
    stem: fc.constantFrom(...odd),
    ansi: fc.boolean(),
    bare: fc.boolean(),
    noBackslash: fc.boolean(),
    qualified: fc.boolean(),
    upper: fc.boolean(),
    gaps: fc.array(gap, { minLength: 12, maxLength: 12 }),
    which: fc.nat(),
    form: fc.constantFrom('plain', 'conditional', 'before', ...(engine === 'mariadb' ? ['settings', 'mariadb'] : [])),
  });
  return fc.sample(made, { numRuns: count, seed }).map((one, index) => {
    const table = KEYWORDS[index] ?? `${one.stem}${index}`;
    const modes = [...(one.ansi ? ['ANSI_QUOTES'] : []), ...(one.noBackslash ? ['NO_BACKSLASH_ESCAPES'] : [])];
    const quote = one.ansi ? '"' : '`';
    const name = /^\w+$/.test(table) && one.bare ? table : quoted(table, quote);
    const [a, b, c, d, e] = one.gaps;
    const reference = one.qualified ? `shop${d}.${e}${name}` : name;
    const cased = (words: string) => (one.upper ? words : words.toLowerCase());
    const forms = [
      `${cased('TRUNCATE')}${a}${cased('TABLE')}${b}${reference}${c}`,
      `${cased('TRUNCATE')}${a}${reference}${c}`,
      `${cased('ALTER')}${a}${cased('TABLE')}${b}${reference}${c}DROP COLUMN v, ADD COLUMN v INT DEFAULT 7 COMMENT 'it''s "x" \`y'`,
      ...(engine === 'mariadb'
        ? [`${cased('CREATE OR REPLACE')}${a}${cased('TABLE')}${b}${reference}${c}(id INT PRIMARY KEY, v INT)`]
        : []),
    ];
    const statement = forms[one.which % forms.length] ?? '';
    const sql = {
      plain: statement,
      before: `/* GRANT */${statement}`,
      conditional: statement.includes('/*') ? statement : `/*!40000 ${statement} */`,
      mariadb: statement.includes('/*') ? statement : `/*M!50101 ${statement} */`,
      settings: `SET STATEMENT max_statement_time = 10${a}FOR ${statement}`,
    }[one.form];
    return { table, sqlMode: modes.join(','), sql: sql ?? statement };
  });
}
