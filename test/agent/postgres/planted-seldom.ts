/** How one thing is defined, and how else it may be. `X` is a name of its own, `ROLE` a role. */
export interface Planted {
  readonly name: string;
  readonly first: string;
  readonly otherwise: string;
}

type Entry = readonly [name: string, first: string, otherwise: string];

const plant = ([name, first, otherwise]: Entry): Planted => ({ name: `seldom: ${name}`, first, otherwise });
/** Beside a table, what is stated of it. */
const beside = ([name, first, otherwise]: Entry): Planted => {
  const made = (statements: string) =>
    `CREATE TABLE t (id int PRIMARY KEY, a int, n text, d timestamptz); ${statements}`;
  return plant([name, made(first), made(otherwise)]);
};
const PARTED = 'CREATE TABLE p (id int, n text, PRIMARY KEY (id)) PARTITION BY';
const SQL = "LANGUAGE sql AS 'SELECT 1'";
const TRIGGER = 'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; CREATE';
const TWO = 'CREATE TABLE q (id int PRIMARY KEY, b int);';

/** What few people use, and newer versions have. */
export const plantedSeldom: readonly Planted[] = [
  ...(
    [
      [
        'modulus',
        `${PARTED} HASH (id); CREATE TABLE q PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 0)`,
        `${PARTED} HASH (id); CREATE TABLE q PARTITION OF p FOR VALUES WITH (MODULUS 2, REMAINDER 1)`,
      ],
      [
        'case of a listed bound',
        `CREATE TABLE p (n text) PARTITION BY LIST (n); CREATE TABLE q PARTITION OF p FOR VALUES IN ('a')`,
        `CREATE TABLE p (n text) PARTITION BY LIST (n); CREATE TABLE q PARTITION OF p FOR VALUES IN ('A')`,
      ],
      [
        'NULL in a bound',
        'CREATE TABLE p (n text) PARTITION BY LIST (n); CREATE TABLE q PARTITION OF p FOR VALUES IN (NULL)',
        "CREATE TABLE p (n text) PARTITION BY LIST (n); CREATE TABLE q PARTITION OF p FOR VALUES IN ('NULL')",
      ],
      [
        'open bound',
        `${PARTED} RANGE (id); CREATE TABLE q PARTITION OF p FOR VALUES FROM (MINVALUE) TO (5)`,
        `${PARTED} RANGE (id); CREATE TABLE q PARTITION OF p FOR VALUES FROM (1) TO (5)`,
      ],
      [
        'collation of a key of partitions',
        'CREATE TABLE p (n text) PARTITION BY RANGE (n COLLATE "C")',
        'CREATE TABLE p (n text) PARTITION BY RANGE (n COLLATE "POSIX")',
      ],
      [
        'default of a partition',
        `${PARTED} RANGE (id); CREATE TABLE q PARTITION OF p (n DEFAULT 'x') FOR VALUES FROM (1) TO (5)`,
        `${PARTED} RANGE (id); CREATE TABLE q PARTITION OF p FOR VALUES FROM (1) TO (5)`,
      ],
      [
        'order of parents',
        'CREATE TABLE p (id int); CREATE TABLE q (id int); CREATE TABLE t () INHERITS (p, q)',
        'CREATE TABLE p (id int); CREATE TABLE q (id int); CREATE TABLE t () INHERITS (q, p)',
      ],
      [
        'column of its own or inherited',
        'CREATE TABLE p (id int); CREATE TABLE t (id int) INHERITS (p)',
        'CREATE TABLE p (id int); CREATE TABLE t () INHERITS (p)',
      ],
      [
        'typed table',
        'CREATE TYPE c AS (id int); CREATE TABLE t OF c',
        'CREATE TYPE c AS (id int); CREATE TABLE t (id int)',
      ],
      ['length of an array', 'CREATE TABLE t (c varchar(5)[])', 'CREATE TABLE t (c varchar(6)[])'],
      [
        'options of an identity',
        'CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY (START 5))',
        'CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY)',
      ],
      ['interval', 'CREATE TABLE t (c interval day)', 'CREATE TABLE t (c interval)'],
      ['precision of a moment', 'CREATE TABLE t (c timestamptz(3))', 'CREATE TABLE t (c timestamptz)'],
      [
        'default by a sequence',
        "CREATE SEQUENCE q; CREATE SEQUENCE z; CREATE TABLE t (id int DEFAULT nextval('q'))",
        "CREATE SEQUENCE q; CREATE SEQUENCE z; CREATE TABLE t (id int DEFAULT nextval('z'))",
      ],
      ['name with quotes', 'CREATE TABLE "t""." (id int, a int)', 'CREATE TABLE "t""." (id int)'],
      ['name with a line', 'CREATE TABLE "t\n." (id int, a int)', 'CREATE TABLE "t\n." (id int)'],
      ['names that dots join', 'CREATE TABLE "a.b" (c int)', 'CREATE TABLE "a" ("b.c" int)'],
      [
        'name of a multirange',
        'CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = one)',
        'CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = other)',
      ],
      [
        'comment of a multirange',
        "CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = one); COMMENT ON TYPE one IS 'x'",
        'CREATE TYPE r AS RANGE (SUBTYPE = float8, MULTIRANGE_TYPE_NAME = one)',
      ],
      ['collation of an attribute', 'CREATE TYPE c AS (a text COLLATE "C")', 'CREATE TYPE c AS (a text)'],
      ['collation of a domain', 'CREATE DOMAIN d AS text COLLATE "C"', 'CREATE DOMAIN d AS text'],
      [
        'domain check not validated',
        'CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0) NOT VALID',
        'CREATE DOMAIN d AS int; ALTER DOMAIN d ADD CONSTRAINT c CHECK (VALUE > 0)',
      ],
      ['quote in a label', "CREATE TYPE e AS ENUM ('it''s')", "CREATE TYPE e AS ENUM ('its')"],
      [
        'collation that is not deterministic',
        "CREATE COLLATION x (provider = icu, locale = 'de', deterministic = false)",
        "CREATE COLLATION x (provider = icu, locale = 'de')",
      ],
      [
        'argument of any number',
        `CREATE FUNCTION f(VARIADIC a int[]) RETURNS int ${SQL}`,
        `CREATE FUNCTION f(a int[]) RETURNS int ${SQL}`,
      ],
      [
        'argument that goes out',
        `CREATE FUNCTION f(OUT a int, OUT b int) ${SQL.replace('1', '1, 2')}`,
        `CREATE FUNCTION f(OUT a int, OUT c int) ${SQL.replace('1', '1, 2')}`,
      ],
      [
        'name of an argument',
        `CREATE FUNCTION f(a int) RETURNS int ${SQL}`,
        `CREATE FUNCTION f(b int) RETURNS int ${SQL}`,
      ],
      ['leakproof', `CREATE FUNCTION f() RETURNS int LEAKPROOF ${SQL}`, `CREATE FUNCTION f() RETURNS int ${SQL}`],
      [
        'number of rows',
        `CREATE FUNCTION f() RETURNS SETOF int ROWS 5 ${SQL}`,
        `CREATE FUNCTION f() RETURNS SETOF int ${SQL}`,
      ],
      [
        'body of the standard',
        'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1',
        'CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 2',
      ],
      [
        'privilege of a column that is taken back',
        'CREATE ROLE ROLE; CREATE TABLE t (a int); GRANT SELECT ON t TO ROLE',
        'CREATE ROLE ROLE; CREATE TABLE t (a int); GRANT SELECT ON t TO ROLE; GRANT UPDATE (a) ON t TO ROLE',
      ],
      ['replication of a role', 'CREATE ROLE ROLE; ALTER ROLE ROLE REPLICATION', 'CREATE ROLE ROLE'],
      ['inheritance of a role', 'CREATE ROLE ROLE NOINHERIT', 'CREATE ROLE ROLE'],
      ['role that makes roles', 'CREATE ROLE ROLE CREATEROLE', 'CREATE ROLE ROLE'],
    ] as const satisfies readonly Entry[]
  ).map(plant),
  ...(
    [
      ['index by its class', 'CREATE INDEX i ON t (n text_pattern_ops)', 'CREATE INDEX i ON t (n)'],
      [
        'index by ranges of pages',
        'CREATE INDEX i ON t USING brin (a) WITH (pages_per_range = 4)',
        'CREATE INDEX i ON t USING brin (a)',
      ],
      [
        'options of a class',
        "CREATE INDEX i ON t USING gin (to_tsvector('simple', n))",
        "CREATE INDEX i ON t USING gin (to_tsvector('english', n))",
      ],
      [
        'statistics of an index',
        'CREATE INDEX i ON t ((a + 1)); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 500',
        'CREATE INDEX i ON t ((a + 1))',
      ],
      [
        'columns that are set',
        `${TWO} ALTER TABLE t ADD b int, ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES q (id) ON DELETE SET NULL (a)`,
        `${TWO} ALTER TABLE t ADD b int, ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES q (id) ON DELETE SET NULL`,
      ],
      [
        'deferred from the beginning',
        `${TWO} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES q (id) DEFERRABLE INITIALLY DEFERRED`,
        `${TWO} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES q (id) DEFERRABLE`,
      ],
      [
        'foreign key not enforced by its trigger',
        `${TWO} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES q (id)`,
        `${TWO} ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES q (id); ALTER TABLE t DISABLE TRIGGER ALL`,
      ],
      [
        'constraint that is a trigger',
        `${TRIGGER} CONSTRAINT TRIGGER r AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f()`,
        `${TRIGGER} CONSTRAINT TRIGGER r AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()`,
      ],
      [
        'rows that a trigger sees',
        `${TRIGGER} TRIGGER r AFTER UPDATE ON t REFERENCING NEW TABLE AS x FOR EACH STATEMENT EXECUTE FUNCTION f()`,
        `${TRIGGER} TRIGGER r AFTER UPDATE ON t REFERENCING NEW TABLE AS y FOR EACH STATEMENT EXECUTE FUNCTION f()`,
      ],
      [
        'argument of a trigger',
        `${TRIGGER} TRIGGER r AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f('a')`,
        `${TRIGGER} TRIGGER r AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f('A')`,
      ],
      [
        'name of a trigger',
        `${TRIGGER} TRIGGER r AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()`,
        `${TRIGGER} TRIGGER z AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()`,
      ],
      [
        'recursive view',
        'CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v WHERE n < 5',
        'CREATE RECURSIVE VIEW v (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM v WHERE n < 6',
      ],
      [
        'lateral view',
        'CREATE VIEW v AS SELECT t.id, z.x FROM t, LATERAL (SELECT t.a AS x) z',
        'CREATE VIEW v AS SELECT t.id, z.x FROM t, LATERAL (SELECT t.id AS x) z',
      ],
      [
        'FILTER',
        'CREATE VIEW v AS SELECT count(*) FILTER (WHERE a = 1) AS x FROM t',
        'CREATE VIEW v AS SELECT count(*) FILTER (WHERE a = 2) AS x FROM t',
      ],
      [
        'grouping sets',
        'CREATE VIEW v AS SELECT a, count(*) AS x FROM t GROUP BY ROLLUP (a)',
        'CREATE VIEW v AS SELECT a, count(*) AS x FROM t GROUP BY a',
      ],
      [
        'sample',
        'CREATE VIEW v AS SELECT id FROM t TABLESAMPLE system (10)',
        'CREATE VIEW v AS SELECT id FROM t TABLESAMPLE system (20)',
      ],
      ['ONLY', 'CREATE VIEW v AS SELECT id FROM ONLY t', 'CREATE VIEW v AS SELECT id FROM t'],
      [
        'zone',
        "CREATE VIEW v AS SELECT d AT TIME ZONE 'UTC' AS x FROM t",
        "CREATE VIEW v AS SELECT d AT TIME ZONE 'CET' AS x FROM t",
      ],
      [
        'index of a materialized view',
        'CREATE MATERIALIZED VIEW v AS SELECT id FROM t; CREATE UNIQUE INDEX i ON v (id)',
        'CREATE MATERIALIZED VIEW v AS SELECT id FROM t',
      ],
      [
        'roles of a policy, in order',
        'CREATE POLICY r ON t TO pg_monitor, pg_read_all_data USING (true)',
        'CREATE POLICY r ON t TO pg_monitor USING (true)',
      ],
      [
        'statistics of a column of statistics',
        'CREATE STATISTICS z ON id, a FROM t; ALTER STATISTICS z SET STATISTICS 50',
        'CREATE STATISTICS z ON id, a FROM t',
      ],
      [
        'comment of a column of a view',
        "CREATE VIEW v AS SELECT id FROM t; COMMENT ON COLUMN v.id IS 'x'",
        'CREATE VIEW v AS SELECT id FROM t',
      ],
      [
        'comment of a constraint',
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0); COMMENT ON CONSTRAINT c ON t IS 'x'",
        'ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)',
      ],
      [
        'comment of a policy',
        "CREATE POLICY r ON t USING (true); COMMENT ON POLICY r ON t IS 'x'",
        'CREATE POLICY r ON t USING (true)',
      ],
      [
        'comment of a rule',
        "CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING; COMMENT ON RULE r ON t IS 'x'",
        'CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING',
      ],
      ['comment of a sequence', "CREATE SEQUENCE q; COMMENT ON SEQUENCE q IS 'x'", 'CREATE SEQUENCE q'],
      [
        'comment of statistics',
        "CREATE STATISTICS z ON id, a FROM t; COMMENT ON STATISTICS z IS 'x'",
        'CREATE STATISTICS z ON id, a FROM t',
      ],
    ] as const satisfies readonly Entry[]
  ).map(beside),
];
