import type { Dialect } from '../../dialect';
import { canonical } from './sql/canonical';
import { inUtf8mb3 } from './sql/one-spelling';
import type { Token } from './sql/tokens';

/** What may be spelt, or stored, otherwise on the two sides without being another thing. */
export interface Between {
  /** One engine of one version prints one definition in one way. */
  readonly sameVersion: boolean;
  /** Aurora has InnoDB only, and converts what it is given. */
  readonly converting: boolean;
}

export function between(from: Dialect, to: Dialect, aurora: { readonly from: boolean; readonly to: boolean }): Between {
  const sameVersion = from.mariadb === to.mariadb && numbers(from.version) === numbers(to.version);
  return { sameVersion: sameVersion && aurora.from === aurora.to, converting: aurora.from !== aurora.to };
}

function numbers(version: string): string {
  return /^[\d.]*/.exec(version)?.[0] ?? '';
}

/**
 * Every rule by which two versions of MySQL, or MySQL and MariaDB, spell one and the same definition. Between equal
 * versions none of them holds, and what is not here is a difference.
 */
export class Spelling {
  constructor(private readonly between: Between) {}

  get sameVersion(): boolean {
    return this.between.sameVersion;
  }

  /** A query, an expression, or clauses. */
  sql(text: string | readonly Token[]): string {
    if (!this.between.sameVersion) return canonical(text);
    return typeof text === 'string' ? text : text.map(({ written }) => written).join(' ');
  }

  /**
   * MySQL 8.0.19 and later show a display width of TINYINT(1) and of ZEROFILL only, and 8.0.11 and later another name of
   * GEOMETRYCOLLECTION.
   */
  columnType(type: string): string {
    if (this.between.sameVersion || /\bzerofill\b/.test(type)) return type;
    const widths = /^(?!tinyint\(1\)$)((?:tiny|small|medium|big)?int|year)\(\d+\)/;
    return type
      .replace(widths, '$1')
      .replace(/^(varchar|char|text)(.*) charset utf8$/, '$1$2 charset utf8mb3')
      .replace(/^geometrycollection\b/, 'geomcollection');
  }

  /** What MariaDB, which shows every default as a text, does not show of bytes. */
  showsBytes(preset: readonly Token[]): boolean {
    return preset.every(({ kind, value }) => {
      if (kind === 'text')
        return this.between.sameVersion ? !/[?\ufffd]/.test(value) : /^[ -~]*$/.test(value) && !value.includes('?');
      return kind !== 'bytes' || this.between.sameVersion;
    });
  }

  /** Of a default of which one of two servers does not show all. */
  hiddenBytes(preset: readonly Token[]): string {
    return this.between.sameVersion ? this.columnDefault(preset) : 'bytes';
  }

  /** MySQL 8.0.30 and MariaDB 10.6 write `utf8mb3` for what was `utf8`. */
  charset(name: string): string {
    return this.between.sameVersion ? name : inUtf8mb3(name);
  }

  /**
   * What a row gets that says nothing: a literal as its text, whether it is a number or not (MariaDB quotes texts only,
   * MySQL quotes numbers, too), or an expression. '' where there is none.
   */
  columnDefault(preset: readonly Token[]): string {
    const [opening, only, end] = preset;
    // MySQL keeps the parentheses of a literal.
    if (preset.length === 3 && opening?.value === '(' && end?.value === ')' && only?.introducer === undefined) {
      return this.columnDefault(preset.slice(1, 2));
    }
    const [first, second] = preset;
    if (preset.length === 1 && first !== undefined && first.introducer === undefined) {
      if (first.kind === 'text' || first.kind === 'number') return `'${first.value.replaceAll("'", "''")}'`;
      if (first.kind === 'bytes') return first.value;
      if (first.value === 'null') return 'NULL';
    }
    if (first?.value === '-' && second?.kind === 'number' && preset.length === 2) return `'-${second.value}'`;
    return canonical(preset);
  }

  /** MariaDB 10.6 ignores the index that MySQL 8.0 makes invisible; SRID, INVISIBLE and the like are words of both. */
  attributes(tokens: readonly Token[]): string {
    return tokens
      .map(({ kind, value, written }) => (kind === 'word' ? value : kind === 'text' ? JSON.stringify(value) : written))
      .map((word) => (word === 'ignored' && !this.between.sameVersion ? 'invisible' : word))
      .map((word) => (word === 'persistent' ? 'stored' : word))
      .join(' ');
  }

  /** MySQL 8.0 takes the block size of an index, and forgets it; so it does with HASH where the engine has trees only. */
  indexOptions(tokens: readonly Token[], engine: string): string {
    const options = this.attributes(tokens);
    if (this.between.sameVersion) return options;
    const kept = /^(InnoDB|MyISAM)$/i.test(engine) ? options.replace(/using hash ?/, '') : options;
    return kept.replace(/key_block_size = \d+ ?/, '').trim();
  }

  /** InnoDB does the same for both; MySQL 8.0 shows the one where 5.7 and MariaDB show the other. */
  referentialRule(rule: string): string {
    return rule === 'RESTRICT' && !this.between.sameVersion ? 'NO ACTION' : rule;
  }

  /** What MySQL 8.0 has done away with, and says nothing about what code does. */
  sqlMode(mode: string): string {
    const gone = /^NO_(AUTO_CREATE_USER|FIELD_OPTIONS|KEY_OPTIONS|TABLE_OPTIONS)$/;
    const modes = mode.split(',').filter((one) => this.between.sameVersion || !gone.test(one));
    return modes.sort().join(', ');
  }

  /** RDS for MySQL → Aurora, "Migrating … MyISAM tables". MySQL and MariaDB do not write MERGE's name alike. */
  storageEngine(engine: string): string {
    if (!this.between.sameVersion && /^mrg_myisam$/i.test(engine)) return 'MRG_MYISAM';
    return this.between.converting && /^(MyISAM|Aria|InnoDB)$/i.test(engine) ? 'InnoDB' : engine;
  }

  /** COMPRESSED becomes DYNAMIC on Aurora, which cannot store it; of the other formats one holds what the others do. */
  rowFormat(format: string): string {
    return this.between.converting && /^(Dynamic|Compact|Compressed|Fixed|Page|Redundant)$/i.test(format)
      ? 'Dynamic'
      : format;
  }

  /** In any order; that there are partitions, and the row format, are said by themselves. */
  tableOptions(options: string): string {
    const words = options
      .toLowerCase()
      .split(/\s+/)
      .filter((word) => word !== '' && word !== 'partitioned');
    const storage = /^(key_block_size|encryption|compression|page_compress\w*|encrypted)=/;
    return words
      .filter((word) => !/^row_format=/.test(word) && !(this.between.converting && storage.test(word)))
      .map((word) => word.replaceAll(/["'`]/g, ''))
      .sort()
      .join(' ');
  }

  /** A check that nobody named has a name of the server's own. */
  isNamed(name: string, table: string): boolean {
    if (this.between.sameVersion) return name !== '';
    const own = name.startsWith(`${table}_chk_`) ? name.slice(table.length + 5) : name.replace(/^CONSTRAINT_/, '');
    return name !== '' && !/^\d+$/.test(own);
  }

  /** Roles of MariaDB have no host; in MySQL they are accounts. */
  host(host: string): string {
    return host === '' && !this.between.sameVersion ? '%' : host;
  }
}

/** A replica keeps its source's events from running a second time; promoting it lets them run. */
export function eventStatus(status: string): string {
  return /^(SLAVESIDE|REPLICA_SIDE)_DISABLED$/.test(status) ? 'ENABLED' : status;
}
