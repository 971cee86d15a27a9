import type { Definition } from '../../../sql/definition';
import { objectName } from '../../../sql/object-name';
import { type Row, text } from '../../result-row';
import { readUsersOf } from './information-schema';
import type { Reading } from './reading';
import { shownStatement } from './shown-statement';
import { eventStatus } from './spelling';
import { bodyOfEvent, bodyOfRoutine, bodyOfTrigger, queryOfView } from './sql/body';

export async function readViewDefinitions(reading: Reading): Promise<Definition[]> {
  const { spelling } = reading;
  const definitions: Definition[] = [];
  for (const row of await readUsersOf(reading.session, 'VIEWS', 'TABLE_SCHEMA')) {
    const [schema, name] = [text(row, 'TABLE_SCHEMA'), text(row, 'TABLE_NAME')];
    const statement = await shownStatement(reading, 'VIEW', schema, name);
    if (statement === undefined) continue;
    const { algorithm, query } = queryOfView(statement);
    definitions.push({
      object: `view ${objectName(schema, name)}`,
      of: database(schema),
      aspects: {
        definition: spelling.sql(query),
        algorithm,
        definer: text(row, 'DEFINER'),
        security: text(row, 'SECURITY_TYPE'),
        'check option': text(row, 'CHECK_OPTION'),
        ...writtenIn(reading, row),
      },
    });
  }
  return definitions;
}

export async function readTriggerDefinitions(reading: Reading): Promise<Definition[]> {
  const definitions: Definition[] = [];
  for (const row of await readUsersOf(reading.session, 'TRIGGERS', 'TRIGGER_SCHEMA')) {
    const [schema, name] = [text(row, 'TRIGGER_SCHEMA'), text(row, 'TRIGGER_NAME')];
    const statement = await shownStatement(reading, 'TRIGGER', schema, name);
    if (statement === undefined) continue;
    definitions.push({
      object: `trigger ${objectName(schema, name)}`,
      of: `table ${objectName(text(row, 'EVENT_OBJECT_SCHEMA'), text(row, 'EVENT_OBJECT_TABLE'))}`,
      aspects: {
        table: text(row, 'EVENT_OBJECT_TABLE'),
        when: `${text(row, 'ACTION_TIMING')} ${text(row, 'EVENT_MANIPULATION')}, ${text(row, 'ACTION_ORDER')}.`,
        body: bodyOfTrigger(statement),
        definer: text(row, 'DEFINER'),
        ...runsIn(reading, row),
      },
    });
  }
  return definitions;
}

export async function readRoutineDefinitions(reading: Reading): Promise<Definition[]> {
  const { spelling } = reading;
  const parameters = await readParameters(reading);
  const definitions: Definition[] = [];
  for (const row of await readUsersOf(reading.session, 'ROUTINES', 'ROUTINE_SCHEMA')) {
    const [schema, name, type] = [text(row, 'ROUTINE_SCHEMA'), text(row, 'ROUTINE_NAME'), text(row, 'ROUTINE_TYPE')];
    const statement = await shownStatement(reading, type, schema, name);
    if (statement === undefined) continue;
    definitions.push({
      object: `${type.toLowerCase()} ${objectName(schema, name)}`,
      of: database(schema),
      aspects: {
        parameters: (parameters.get(`${type} ${objectName(schema, name)}`) ?? []).join(', '),
        returns:
          `${spelling.columnType(text(row, 'DTD_IDENTIFIER'))} ${spelling.charset(text(row, 'COLLATION_NAME'))}`.trim(),
        body: /PACKAGE/.test(type) ? statement : bodyOfRoutine(statement),
        access: text(row, 'SQL_DATA_ACCESS'),
        security: text(row, 'SECURITY_TYPE'),
        definer: text(row, 'DEFINER'),
        deterministic: text(row, 'IS_DETERMINISTIC'),
        comment: text(row, 'ROUTINE_COMMENT'),
        ...runsIn(reading, row),
      },
    });
  }
  return definitions;
}

/** Code that routines in JavaScript load, from MySQL 9.2 on. */
export async function readLibraryDefinitions(reading: Reading): Promise<Definition[]> {
  const { dialect } = reading.session;
  if (dialect.mariadb || !dialect.atLeast(9, 2)) return [];
  const rows = await readUsersOf(reading.session, 'LIBRARIES', 'LIBRARY_SCHEMA');
  return rows.map((row) => ({
    object: `library ${objectName(text(row, 'LIBRARY_SCHEMA'), text(row, 'LIBRARY_NAME'))}`,
    of: database(text(row, 'LIBRARY_SCHEMA')),
    aspects: {
      definition: text(row, 'LIBRARY_DEFINITION'),
      language: text(row, 'LANGUAGE'),
      sql_mode: reading.spelling.sqlMode(text(row, 'SQL_MODE')),
      comment: text(row, 'LIBRARY_COMMENT'),
      creator: text(row, 'CREATOR'),
    },
  }));
}

export async function readEventDefinitions(reading: Reading): Promise<Definition[]> {
  const definitions: Definition[] = [];
  for (const row of await readUsersOf(reading.session, 'EVENTS', 'EVENT_SCHEMA')) {
    const [schema, name] = [text(row, 'EVENT_SCHEMA'), text(row, 'EVENT_NAME')];
    const statement = await shownStatement(reading, 'EVENT', schema, name);
    if (statement === undefined) continue;
    definitions.push({
      object: `event ${objectName(schema, name)}`,
      of: database(schema),
      aspects: {
        body: bodyOfEvent(statement),
        schedule: ['EVENT_TYPE', 'EXECUTE_AT', 'INTERVAL_VALUE', 'INTERVAL_FIELD', 'STARTS', 'ENDS', 'TIME_ZONE']
          .map((column) => text(row, column))
          .join(' '),
        status: eventStatus(text(row, 'STATUS')),
        'on completion': text(row, 'ON_COMPLETION'),
        definer: text(row, 'DEFINER'),
        comment: text(row, 'EVENT_COMMENT'),
        ...runsIn(reading, row),
      },
    });
  }
  return definitions;
}

function database(schema: string): string {
  return `database ${objectName(schema)}`;
}

/** What the session had that made it, and code runs with. */
function runsIn(reading: Reading, row: Row): Readonly<Record<string, string>> {
  return { sql_mode: reading.spelling.sqlMode(text(row, 'SQL_MODE')), ...writtenIn(reading, row) };
}

function writtenIn({ spelling }: Reading, row: Row): Readonly<Record<string, string>> {
  return {
    'character set': spelling.charset(text(row, 'CHARACTER_SET_CLIENT')),
    collation: spelling.charset(text(row, 'COLLATION_CONNECTION')),
    'collation of the database': spelling.charset(text(row, 'DATABASE_COLLATION')),
  };
}

async function readParameters({ session, spelling }: Reading): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await readUsersOf(session, 'PARAMETERS', 'SPECIFIC_SCHEMA', { order: ['ORDINAL_POSITION'] });
  const parameters = new Map<string, string[]>();
  for (const row of rows) {
    if (text(row, 'ORDINAL_POSITION') === '0') continue;
    const routine = `${text(row, 'ROUTINE_TYPE')} ${objectName(text(row, 'SPECIFIC_SCHEMA'), text(row, 'SPECIFIC_NAME'))}`;
    const one = [
      text(row, 'PARAMETER_MODE'),
      objectName(text(row, 'PARAMETER_NAME')),
      spelling.columnType(text(row, 'DTD_IDENTIFIER')),
      spelling.charset(text(row, 'COLLATION_NAME')),
    ];
    parameters.set(routine, [...(parameters.get(routine) ?? []), one.filter((part) => part !== '').join(' ')]);
  }
  return parameters;
}
