import type { Definition } from '../../../sql/definition';
import type { Session } from '../../session';
import { accessQueries } from './access';
import { concealed } from './concealed';
import { grantQueries } from './grants';
import type { Known } from './query';
import { relationQueries } from './relations';
import { otherQueries } from './types-and-code';
import { viewDefinition, withoutNoIndent } from './view-definition';

/** Says in XMLSERIALIZE whether it indents. */
const FIRST_WITH_INDENT = 160_000;

/** Everything that is defined in a database, as the engine itself prints it. */
export async function readDefinitions(session: Session, known: Known): Promise<Definition[]> {
  const definitions: Definition[] = [];
  const bytes = await keepsBytes(session);
  const spell = known.version < FIRST_WITH_INDENT ? withoutNoIndent : (text: string): string => text;
  for (const { kind, sql } of [
    ...relationQueries(known),
    ...otherQueries(),
    ...accessQueries,
    ...grantQueries(known),
  ]) {
    for (const row of await session.query<DefinitionRow>(bytes ? asBytes(sql) : sql)) {
      definitions.push(definitionOf(kind, bytes ? fromBytes(row) : row, spell));
    }
  }
  return definitions;
}

interface DefinitionRow {
  readonly name: string;
  readonly aspects: string;
  readonly part_of?: string | null;
}

function definitionOf(
  kind: string,
  { name, aspects, part_of: of }: DefinitionRow,
  spell: (text: string) => string,
): Definition {
  const read: Record<string, string | null> = JSON.parse(aspects);
  const texts = Object.fromEntries(
    Object.entries(read).map(([aspect, value]) => [aspect, concealed(spell(value ?? ''))]),
  );
  return {
    object: `${kind} ${name}`.trim(),
    ...(typeof of === 'string' && { of }),
    aspects: kind === 'view' ? { ...texts, definition: viewDefinition(texts.definition ?? '') } : texts,
  };
}

/** A database that knows nothing of characters holds names and texts that the client cannot be sent. */
export async function keepsBytes(session: Session): Promise<boolean> {
  const row = await session.row<{ encoding: string }>("SELECT current_setting('server_encoding') AS encoding");
  return row?.encoding === 'SQL_ASCII';
}

function asBytes(sql: string): string {
  const hex = (column: string): string => `encode(convert_to(${column}, 'SQL_ASCII'), 'hex')`;
  return `SELECT ${hex('q.name')} AS name, ${hex('q.aspects::text')} AS aspects, ${hex("to_jsonb(q) ->> 'part_of'")} AS part_of FROM (${sql}) q`;
}

function fromBytes({ name, aspects, part_of: of }: DefinitionRow): DefinitionRow {
  return { name: textOf(name), aspects: textOf(aspects), part_of: typeof of === 'string' ? textOf(of) : null };
}

/** As UTF-8 where it is that, and else byte by byte. */
function textOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? text : bytes.toString('latin1');
}
