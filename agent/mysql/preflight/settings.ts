import type { Finding } from '../../../contract/common';
import type { Survey, SurveyedSide } from './survey';

/** Settings by which the same statement does something else on the other side. */
const compared = [
  ...['sql_mode', 'time_zone', 'system_time_zone', 'character_set_server', 'collation_server', 'transaction_isolation'],
  ...['tx_isolation', 'explicit_defaults_for_timestamp', 'max_allowed_packet', 'group_concat_max_len', 'wait_timeout'],
  ...['interactive_timeout', 'innodb_lock_wait_timeout', 'lock_wait_timeout', 'event_scheduler', 'init_connect'],
  ...['auto_increment_increment', 'auto_increment_offset', 'log_bin_trust_function_creators', 'innodb_strict_mode'],
  ...['max_execution_time', 'sql_select_limit', 'max_join_size', 'autocommit', 'net_read_timeout', 'net_write_timeout'],
  ...['ft_min_word_len', 'innodb_ft_min_token_size', 'default_storage_engine', 'require_secure_transport'],
];

/** Lists whose parts are told one by one. */
const lists: ReadonlySet<string> = new Set(['sql_mode']);

/** What differs between the two sides' parameters, as a diff. */
export function checkSettings({ from, to }: Survey): readonly Finding[] {
  if (to === undefined) return [];
  return [...tableNames(from, to), ...transactionIds(from, to), ...drift(from, to)];
}

/** It is decided when the data directory is made, and names of tables follow it. */
function tableNames(from: SurveyedSide, to: SurveyedSide): readonly Finding[] {
  const [is, willBe] = [from, to].map(({ variables }) => variables.get('lower_case_table_names'));
  if (is === willBe) return [];
  return [
    {
      id: 'mysql.lower-case-table-names',
      severity: 'error',
      message: `lower_case_table_names is ${is} on ${from.where} and ${willBe} on ${to.where}: names of tables that work on the one do not on the other.`,
      remedy: `Create ${to.side} again with lower_case_table_names ${is} in its parameter group: it cannot be changed later.`,
    },
  ];
}

/**
 * A replica without GTIDs refuses transactions that have one, and one with GTIDs those that have none.
 *
 * @see https://dev.mysql.com/doc/refman/8.4/en/replication-mode-change-online-concepts.html
 */
function transactionIds(from: SurveyedSide, to: SurveyedSide): readonly Finding[] {
  const [is, willBe] = [from, to].map(({ variables }) => variables.get('gtid_mode'));
  const apart = (is === 'ON' && willBe === 'OFF') || (is === 'OFF' && willBe === 'ON');
  if (!apart) return [];
  return [
    {
      id: 'mysql.gtid-mode',
      severity: 'error',
      message: `gtid_mode is ${is} on ${from.where} and ${willBe} on ${to.where}: neither can apply what the other logs.`,
      remedy: `Set gtid-mode to ${is}, and enforce_gtid_consistency with it, in the parameter group of ${to.side}, and reboot it.`,
    },
  ];
}

function drift(from: SurveyedSide, to: SurveyedSide): readonly Finding[] {
  const lines = compared.flatMap((name) => {
    const [is, willBe] = [from.variables.get(name), to.variables.get(name)];
    // One that only one engine has cannot be set to what the other does.
    return is === undefined || willBe === undefined || is === willBe ? [] : [diffOf(name, is, willBe)];
  });
  if (lines.length === 0) return [];
  return [
    {
      id: 'mysql.settings-differ',
      severity: 'warning',
      message: `${to.where} is set otherwise than ${from.where}: ${lines.join('; ')}.`,
      remedy: `Set them in the parameter group of ${to.side} to what ${from.side} has, unless the change is meant.`,
    },
  ];
}

/** `sql_mode −NO_AUTO_CREATE_USER +ONLY_FULL_GROUP_BY`, `wait_timeout −28800 +600`. */
function diffOf(name: string, is: string, willBe: string): string {
  if (!lists.has(name)) return `${name} −${shown(is)} +${shown(willBe)}`;
  const [before, after] = [is.split(','), willBe.split(',')];
  const gone = before.filter((part) => part !== '' && !after.includes(part)).map((part) => `−${part}`);
  const come = after.filter((part) => part !== '' && !before.includes(part)).map((part) => `+${part}`);
  return [name, ...gone, ...come].join(' ');
}

function shown(value: string): string {
  return value === '' ? "''" : value;
}
