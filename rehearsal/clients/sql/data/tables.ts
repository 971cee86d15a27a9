/** What clients of the rehearsal's database work with: a database of this name. Ids of accounts and customers begin at 1. */
export const SCHEMA = 'shop';
/** How the tables are stored. `old`: as of a database that has grown: MyISAM and compressed ones among them. */
export type TablesOfUsers = "today's" | 'old';

export const ACCOUNTS = 500;
export const OPENING_BALANCE = 10_000;
export const CUSTOMERS = 5_000;

/** A query over much of what there is, as a report is: the kind that small copies never show to be bad. */
export const REPORT_QUERY =
  'SELECT page, COUNT(*) AS visits, SUM(seconds) AS seconds FROM (SELECT page, seconds FROM visits ORDER BY id DESC LIMIT 20000) AS latest GROUP BY page ORDER BY visits DESC LIMIT 1';
/** How it begins, from any client: some name the table with its schema. */
export const REPORT_BEGINS = REPORT_QUERY.slice(0, REPORT_QUERY.indexOf(' FROM visits'));
