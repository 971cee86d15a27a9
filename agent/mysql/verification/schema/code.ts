import type { Definition } from '../../../sql/definition';
import { text } from '../../row';
import type { Session } from '../../session';
import { systemSchemaList } from '../table';
import { body, columnType, eventStatus, expression } from './spelling';

export async function readViewDefinitions(session: Session): Promise<Definition[]> {
  const rows = await session.query(`
    SELECT TABLE_SCHEMA AS table_schema, TABLE_NAME AS name, VIEW_DEFINITION AS definition, DEFINER AS definer,
      SECURITY_TYPE AS security, CHECK_OPTION AS check_option
    FROM information_schema.VIEWS WHERE TABLE_SCHEMA NOT IN (${systemSchemaList})`);
  return rows.map((row) => ({
    object: `view ${text(row, 'table_schema')}.${text(row, 'name')}`,
    aspects: {
      definition: expression(text(row, 'definition')),
      definer: text(row, 'definer'),
      security: text(row, 'security'),
      'check option': text(row, 'check_option'),
    },
  }));
}

export async function readTriggerDefinitions(session: Session): Promise<Definition[]> {
  const rows = await session.query(`
    SELECT TRIGGER_SCHEMA AS trigger_schema, TRIGGER_NAME AS name, EVENT_OBJECT_TABLE AS table_name,
      EVENT_MANIPULATION AS event, ACTION_TIMING AS timing, ACTION_ORDER AS place, ACTION_STATEMENT AS statement,
      DEFINER AS definer
    FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN (${systemSchemaList})`);
  return rows.map((row) => ({
    object: `trigger ${text(row, 'trigger_schema')}.${text(row, 'name')}`,
    aspects: {
      table: text(row, 'table_name'),
      when: `${text(row, 'timing')} ${text(row, 'event')}, ${text(row, 'place')}.`,
      body: body(text(row, 'statement')),
      definer: text(row, 'definer'),
    },
  }));
}

export async function readRoutineDefinitions(session: Session): Promise<Definition[]> {
  const parameters = await readParameters(session);
  const rows = await session.query(`
    SELECT ROUTINE_SCHEMA AS routine_schema, ROUTINE_NAME AS name, ROUTINE_TYPE AS type, DTD_IDENTIFIER AS return_type,
      ROUTINE_DEFINITION AS definition, SQL_DATA_ACCESS AS data_access, SECURITY_TYPE AS security, DEFINER AS definer,
      IS_DETERMINISTIC AS is_deterministic
    FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN (${systemSchemaList})`);
  return rows.map((row) => {
    const name = `${text(row, 'routine_schema')}.${text(row, 'name')}`;
    return {
      object: `${text(row, 'type').toLowerCase()} ${name}`,
      aspects: {
        parameters: (parameters.get(`${text(row, 'type')} ${name}`) ?? []).join(', '),
        returns: columnType(text(row, 'return_type')),
        body: body(text(row, 'definition')),
        access: text(row, 'data_access'),
        security: text(row, 'security'),
        definer: text(row, 'definer'),
        deterministic: text(row, 'is_deterministic'),
      },
    };
  });
}

export async function readEventDefinitions(session: Session): Promise<Definition[]> {
  const rows = await session.query(`
    SELECT EVENT_SCHEMA AS event_schema, EVENT_NAME AS name, EVENT_DEFINITION AS definition, EVENT_TYPE AS type,
      EXECUTE_AT AS execute_at, INTERVAL_VALUE AS interval_value, INTERVAL_FIELD AS interval_field, STARTS AS starts,
      ENDS AS ends, STATUS AS status, ON_COMPLETION AS on_completion, DEFINER AS definer, TIME_ZONE AS time_zone
    FROM information_schema.EVENTS WHERE EVENT_SCHEMA NOT IN (${systemSchemaList})`);
  return rows.map((row) => ({
    object: `event ${text(row, 'event_schema')}.${text(row, 'name')}`,
    aspects: {
      body: body(text(row, 'definition')),
      schedule: ['type', 'execute_at', 'interval_value', 'interval_field', 'starts', 'ends', 'time_zone']
        .map((column) => text(row, column))
        .join(' '),
      status: eventStatus(text(row, 'status')),
      'on completion': text(row, 'on_completion'),
      definer: text(row, 'definer'),
    },
  }));
}

async function readParameters(session: Session): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await session.query(`
    SELECT SPECIFIC_SCHEMA AS routine_schema, SPECIFIC_NAME AS name, ROUTINE_TYPE AS type, PARAMETER_MODE AS mode,
      PARAMETER_NAME AS parameter, DTD_IDENTIFIER AS parameter_type
    FROM information_schema.PARAMETERS
    WHERE ORDINAL_POSITION > 0 AND SPECIFIC_SCHEMA NOT IN (${systemSchemaList})
    ORDER BY SPECIFIC_SCHEMA, SPECIFIC_NAME, ORDINAL_POSITION`);
  const parameters = new Map<string, string[]>();
  for (const row of rows) {
    const routine = `${text(row, 'type')} ${text(row, 'routine_schema')}.${text(row, 'name')}`;
    const one = `${text(row, 'mode')} ${text(row, 'parameter')} ${columnType(text(row, 'parameter_type'))}`;
    parameters.set(routine, [...(parameters.get(routine) ?? []), one.trim()]);
  }
  return parameters;
}
