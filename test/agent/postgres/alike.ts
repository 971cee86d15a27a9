/** What every version takes in one spelling, and 15 and 17 print in two, in schemas of its own. */
export const alike = String.raw`
CREATE SCHEMA v;
CREATE TYPE v.comp AS (x int, y text);
CREATE TABLE v.v (id int, n text, c v.comp, arr int[], d timestamptz, j jsonb);
CREATE TABLE u (id int, v_id int);
CREATE FUNCTION v.id(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE COLLATION v.n FROM "C";
CREATE VIEW a2 AS SELECT "T".id FROM v.v "T" WHERE "T".n = 'T.id';
CREATE VIEW a3 AS SELECT q.* FROM (SELECT id, n FROM v.v WHERE id > 1) q WHERE q.id = 2;
CREATE VIEW a4 AS SELECT column1 FROM (VALUES (1),(2)) t;
CREATE VIEW a5 AS WITH w AS (SELECT id FROM v.v), z AS (SELECT id FROM w) SELECT id
  FROM z WHERE id IN (SELECT id FROM w);
CREATE VIEW a6 AS SELECT g.a, g.ordinality FROM unnest(ARRAY[1,2]) WITH ORDINALITY g(a, ordinality);
CREATE VIEW a7 AS SELECT x.id FROM v.v x TABLESAMPLE bernoulli (10) WHERE x.id > 0;
CREATE VIEW a8 AS SELECT DISTINCT ON (n) n, id FROM v.v ORDER BY n, id DESC;
CREATE VIEW a9 AS SELECT id FROM v.v FOR UPDATE;
CREATE VIEW b1 AS SELECT n, count(*) c, grouping(n) g FROM v.v GROUP BY GROUPING SETS ((n), ()) HAVING count(*) > 1;
CREATE VIEW b2 AS SELECT v.id FROM v.v WHERE EXISTS (SELECT 1 FROM u WHERE u.v_id = v.id AND v.n = 'x');
CREATE VIEW b0 AS SELECT xmlserialize(content '<a/>' AS text) AS x, ' NO INDENT)'::text AS "y NO INDENT)";
CREATE VIEW b3 AS SELECT id FROM ONLY v.v;
CREATE VIEW b4 AS SELECT (SELECT count(*) FROM u) AS c;
CREATE VIEW b5 AS SELECT sum(id) OVER w AS s
  FROM v.v WINDOW w AS (PARTITION BY n ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
CREATE VIEW b6 AS SELECT (v.id, v.n) = (1, 'x') AS eq, v IS NULL AS isn, j -> 'a' ->> 'b' AS jj,
  j @> '{"a":1}' AS ct, CASE WHEN v.id = ANY (v.arr) THEN v.n END AS cs FROM v.v;
CREATE VIEW b7 AS SELECT id FROM v.v UNION SELECT id FROM u ORDER BY 1;
CREATE VIEW b8 AS SELECT s.id FROM (SELECT v.id FROM v.v UNION ALL SELECT u.id FROM u) s;
CREATE VIEW c1 AS SELECT l.k, l.v FROM jsonb_each('{"a":1}') AS l(k, v);
CREATE VIEW c2 AS SELECT array_agg(id ORDER BY n) FILTER (WHERE id > 1) AS ag, string_agg(n,
  ',' ORDER BY id) AS sg, percentile_cont(0.5) WITHIN GROUP (ORDER BY id) AS pc FROM v.v;
CREATE VIEW c4 AS SELECT id FROM v.v ORDER BY n FETCH FIRST 2 ROWS WITH TIES;
CREATE VIEW c6 AS SELECT a.id FROM v.v a CROSS JOIN LATERAL (SELECT a.id + 1 AS b) s;
CREATE VIEW c7 AS SELECT v.id FROM v.v JOIN u USING (id);
CREATE VIEW c9 AS SELECT extract(epoch FROM v.d) e, trim(LEADING 'x' FROM v.n) t, v.d AT TIME ZONE 'UTC' z,
  substring(v.n FROM 2) s, (v.d, v.d) OVERLAPS (v.d, v.d) o, v.n LIKE 'a%' ESCAPE '!' l, v.n IS NOT DISTINCT
  FROM 'x' dd, NULLIF(v.n,'y') nf, v.id BETWEEN 1 AND 2 bt, v.id::text || E'a\nb\'' q, '{}'::int[] e2, interval '1 day' iv, '2020-01-01'::timestamptz ts, 1.5::float8 f FROM v.v;
CREATE RULE r1 AS ON INSERT TO v.u DO ALSO INSERT INTO v.v (id) SELECT id FROM v.v WHERE id = NEW.id;
CREATE FUNCTION v.atomic() RETURNS SETOF int LANGUAGE sql BEGIN ATOMIC SELECT id FROM v.v WHERE n = 'x'; END;
CREATE MATERIALIZED VIEW m1 AS SELECT n FROM v.v WHERE id > 3 WITH NO DATA;
CREATE VIEW a1 AS SELECT v.id AS i0, v.id(v.id) AS f, (v.c).x AS cx, v.arr[1] AS a1, v.n COLLATE v.n AS cn,
  ROW(1,'x')::v.comp AS r, v.* FROM v.v;
CREATE VIEW b9 AS SELECT x.i0 FROM v.a1 x;
CREATE VIEW c5 AS SELECT xt.a FROM XMLTABLE('/r' PASSING (xmlparse(document '<r/>')) COLUMNS a text PATH '@a') xt;
CREATE TABLE "sel.x" ("from" int, "a b" text);
CREATE VIEW c8 AS SELECT "select"."a b" FROM v."sel.x" "select" WHERE "select"."from" IS NULL;
CREATE VIEW c9b AS SELECT v AS whole, v.c AS c, (v.c).y || 'v.n' AS t FROM v.v;
CREATE VIEW d1 AS SELECT id FROM v.v WHERE n OPERATOR(pg_catalog.=) 'x' AND c = ROW(1,'x')::v.comp;
CREATE SCHEMA "we.ird";
CREATE TABLE "we.ird"."a.b" (id int, "c.d" text DEFAULT 'it''s');
CREATE TABLE "we.ird".a (b int);
CREATE VIEW "we.ird".vv AS SELECT "a.b"."c.d"
  FROM "we.ird"."a.b" WHERE "a.b"."c.d" ~ '^\d+$' AND "a.b".id = ANY ('{1,2}');
CREATE VIEW "we.ird".v2 AS SELECT x.id AS "x.id" FROM "we.ird"."a.b" AS x(id,
  q) WHERE x.q = $$x.id$$ GROUP BY x.id ORDER BY x.id;
CREATE VIEW "we.ird".v3 AS SELECT DISTINCT ON (x.id) x.id, count(*) OVER (PARTITION BY x.id)
  FROM ONLY "we.ird"."a.b" x;
CREATE VIEW "we.ird".v4 AS SELECT s.n FROM generate_series(1,3) AS s(n) WHERE s.n NOT IN (SELECT a.b
  FROM "we.ird".a WHERE a.b = s.n);
CREATE VIEW "we.ird".v6 AS SELECT a.b FROM "we.ird".a WHERE (a.b, a.b) IN (SELECT z.b, a.b
  FROM "we.ird".a z) FOR NO KEY UPDATE;
CREATE VIEW "we.ird".v7 AS WITH RECURSIVE r(n) AS (SELECT a.b FROM "we.ird".a UNION ALL SELECT r.n + 1
  FROM r WHERE r.n < 5) SELECT r.n FROM r;
CREATE VIEW "we.ird".v8 AS VALUES (1, 'x'), (2, 'y');
CREATE VIEW "we.ird".v9 AS TABLE "we.ird".a;
CREATE VIEW "we.ird".w1 AS SELECT json_agg(a.*) j, row_to_json(a) r, a FROM "we.ird".a GROUP BY a;
CREATE VIEW "we.ird".w2 AS SELECT o.b FROM "we.ird".a o WHERE NOT EXISTS (SELECT
  FROM "we.ird".a i WHERE i.b = o.b) LIMIT (SELECT 3);
CREATE VIEW "we.ird".w4 AS SELECT sub.b FROM (VALUES (1),(2)) AS sub(b) WHERE sub.b > 0 WINDOW w AS (ORDER BY sub.b)
`;
