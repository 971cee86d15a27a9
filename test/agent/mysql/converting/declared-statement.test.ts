import fc from 'fast-check';
import { type DeclaredStatement, readDeclared } from '../../../../agent/mysql/converting/declared-statement';
import { RefusedStatement } from '../../../../agent/mysql/converting/statement-words';

const read = (statement: string, changesColumns = false): DeclaredStatement => {
  const declared = readDeclared(statement, changesColumns);
  if (declared instanceof RefusedStatement) throw declared;
  return declared;
};
const refusal = (statement: string, changesColumns = false): string => {
  const declared = readDeclared(statement, changesColumns);
  return declared instanceof RefusedStatement ? declared.reason : 'is accepted';
};

const index = { does: 'addIndex', name: 'i', unique: false, parts: [{ column: 'a' }] };

describe('a statement of the conversions', () => {
  test.each([
    ['ALTER TABLE s.t ADD INDEX i (a)', [index]],
    ["alter table `s`.`t` add key i using btree (a asc) comment 'x, y'; ", [index]],
    [
      'ALTER TABLE s.t ADD UNIQUE i (a(10), b), ALGORITHM=INPLACE, LOCK=NONE',
      [{ ...index, unique: true, parts: [{ column: 'a', length: 10 }, { column: 'b' }] }],
    ],
    ['CREATE INDEX i ON s.t (a) LOCK = NONE', [index]],
    ['CREATE UNIQUE INDEX i ON s.t (a)', [{ ...index, unique: true }]],
    ['CREATE INDEX i ON s.t ((a + 1))', [{ does: 'addIndex', name: 'i', unique: false }]],
    ['DROP INDEX i ON s.t', [{ does: 'dropIndex', name: 'i' }]],
    [
      'ALTER TABLE s.t DROP KEY i, ENGINE = InnoDB, ROW_FORMAT=DYNAMIC',
      [{ does: 'dropIndex', name: 'i' }, { does: 'toInnoDb' }, { does: 'toDynamic' }],
    ],
    ['ALTER TABLE s.t /* why */ ADD INDEX i (a) -- since', [index]],
  ])('is read: %s', (statement, effects) => {
    expect(read(statement)).toEqual({ of: 's.t', effects });
  });

  test.each([
    ["ALTER TABLE s.t MODIFY a VARCHAR(20) NOT NULL DEFAULT 'x, DROP COLUMN b'", [{ does: 'modifyColumn', name: 'a' }]],
    [
      'ALTER TABLE s.t ADD c INT AFTER a, DROP COLUMN d',
      [
        { does: 'addColumn', name: 'c' },
        { does: 'dropColumn', name: 'd' },
      ],
    ],
    ["ALTER TABLE s.t CHANGE COLUMN a b ENUM('x', 'y')", [{ does: 'renameColumn', from: 'a', to: 'b' }]],
    ['ALTER TABLE s.t ADD PRIMARY KEY (a, b)', [{ does: 'addPrimaryKey' }]],
  ])('changes columns only where that was said: %s', (statement, effects) => {
    expect(refusal(statement)).toMatch(/which changes columns: rows and definitions would differ from blue's/);
    expect(read(statement, true)).toEqual({ of: 's.t', effects });
  });

  test.each([
    ['', /none of those that are known/],
    ['UPDATE s.t SET a = 1', /none of those that are known/],
    ['DROP TABLE s.t', /has TABLE where INDEX is expected/],
    ['TRUNCATE s.t', /none of those that are known/],
    ['CREATE TABLE s.u (a INT)', /has TABLE where INDEX is expected/],
    ['ALTER TABLE t ADD INDEX i (a)', /names t without its database: write schema\.table/],
    ['ALTER TABLE s.t ADD INDEX (a)', /adds an index without a name/],
    ['ALTER TABLE s.t ENGINE=MyISAM', /makes the engine MyISAM, which Aurora would undo/],
    ['ALTER TABLE s.t ROW_FORMAT=COMPRESSED', /accepted is DYNAMIC, for Aurora has no compressed tables/],
    ['ALTER TABLE s.t KEY_BLOCK_SIZE=8', /has KEY_BLOCK_SIZE, of which nobody can tell/],
    ['ALTER TABLE s.t ADD INDEX i (a), RENAME TO s.u', /has RENAME, of which nobody can tell/],
    ['ALTER TABLE s.t ADD INDEX i (a) KEY_BLOCK_SIZE=4', /goes on with KEY_BLOCK_SIZE/],
    ['ALTER TABLE s.t DISCARD TABLESPACE', /has DISCARD/],
    ['ALTER TABLE s.t DROP PARTITION p', /which changes columns|DROP PARTITION/],
    ['ALTER TABLE s.t ADD INDEX i (a); DELETE FROM s.t', /goes on with ;/],
    ['ALTER TABLE s.t ADD INDEX i (a) /*! , DROP COLUMN b */', /a comment that some versions run/],
    ['ALTER TABLE s.t ADD INDEX i (a) /*M!100000 , DROP COLUMN b */', /a comment that some versions run/],
    ["ALTER TABLE s.t ADD INDEX i (a) COMMENT 'x", /a quote or comment without an end/],
    ['ALTER TABLE s.t', /has an end/],
    ['ALTER TABLE s.t ALGORITHM=COPY', /changes nothing/],
    ['ALTER IGNORE TABLE s.t ADD UNIQUE i (a)', /has IGNORE where TABLE is expected/],
  ])('is refused: %s', (statement, why) => {
    expect(refusal(statement)).toMatch(why);
  });

  test.each([
    ['ALTER TABLE s.t DROP PARTITION p', /DROP PARTITION/],
    ['ALTER TABLE s.t DROP PRIMARY KEY', /DROP PRIMARY/],
    ['ALTER TABLE s.t DROP FOREIGN KEY f', /DROP FOREIGN/],
    ['ALTER TABLE s.t ADD CONSTRAINT c CHECK (a > 0)', /ADD CONSTRAINT/],
    ['ALTER TABLE s.t ADD FOREIGN KEY (a) REFERENCES s.u (b)', /ADD FOREIGN/],
    ['ALTER TABLE s.t ADD COLUMN c INT UNIQUE', /has UNIQUE within a column/],
    ['ALTER TABLE s.t ADD COLUMN c INT REFERENCES s.u (b)', /has REFERENCES/],
    ['ALTER TABLE s.t ADD COLUMN (c INT, d INT)', /has \( where a name is expected/],
    ['ALTER TABLE s.t ADD COLUMN IF NOT EXISTS c INT', /IF NOT EXISTS, which MySQL does not know/],
  ])('is refused, whatever it may change: %s', (statement, why) => {
    expect(refusal(statement, true)).toMatch(why);
  });

  const name = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 12 })
    .filter((text) => !text.includes('\0') && /^[^\ud800-\udfff]*$/.test(text));
  const quoted = (text: string) => `\`${text.replaceAll('`', '``')}\``;

  test('is read with whatever names it has, and what is in a name or a text is no clause', () => {
    fc.assert(
      fc.property(name, name, name, fc.string({ unit: 'binary', maxLength: 20 }), (schema, table, column, comment) => {
        const text = comment.replaceAll('\\', '\\\\').replaceAll("'", "''");
        const statement = `ALTER TABLE ${quoted(schema)}.${quoted(table)} ADD INDEX ${quoted(column)} (${quoted(column)}) COMMENT '${text}'`;
        expect(read(statement).effects).toEqual([
          { does: 'addIndex', name: column, unique: false, parts: [{ column }] },
        ]);
      }),
      { numRuns: 300 },
    );
  });

  /** What the tables' owner would not have asked for. */
  const harm = fc.constantFrom(
    ...['DROP COLUMN b', 'RENAME TO s.u', 'ENGINE=MyISAM', 'DROP PRIMARY KEY', 'ORDER BY a', 'FORCE', 'DISABLE KEYS'],
    ...[
      'CONVERT TO CHARACTER SET latin1',
      'TRUNCATE PARTITION p',
      'AUTO_INCREMENT=1',
      "COMMENT='x'",
      'REMOVE PARTITIONING',
    ],
    ...[
      'MODIFY a INT',
      'ALTER COLUMN a DROP DEFAULT',
      'RENAME COLUMN a TO b',
      "ENCRYPTION='Y'",
      'EXCHANGE PARTITION p WITH TABLE s.u',
    ],
  );
  const harmless = fc.constantFrom(
    'ADD INDEX i (a)',
    'DROP INDEX i',
    'ENGINE=InnoDB',
    'ROW_FORMAT=DYNAMIC',
    'LOCK=NONE',
    "ADD KEY k (a(3)) COMMENT ','",
  );
  const between = fc.constantFrom(',', ' , ', ',\n', ', /* , */ ', ', -- ,\n');

  test('is refused for the one clause among many that is not known to be harmless', () => {
    fc.assert(
      fc.property(fc.array(harmless, { maxLength: 4 }), harm, fc.nat(), between, (clauses, bad, at, comma) => {
        const all: string[] = [...clauses];
        all.splice(at % (clauses.length + 1), 0, bad);
        expect(refusal(`ALTER TABLE s.t ${all.join(comma)}`)).not.toBe('is accepted');
        if (clauses.some((clause) => clause !== 'LOCK=NONE')) {
          expect(refusal(`ALTER TABLE s.t ${clauses.join(comma)}`)).toBe('is accepted');
        }
      }),
      { numRuns: 500 },
    );
  });
});
