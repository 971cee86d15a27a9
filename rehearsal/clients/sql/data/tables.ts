/** What users of the rehearsal's database work with. Ids of accounts and customers begin at 1. */
export const SCHEMA = 'shop';
export const ACCOUNTS = 500;
export const OPENING_BALANCE = 10_000;
export const CUSTOMERS = 5_000;

/** In the dialect that MySQL 5.7, 8 and 9 and MariaDB have in common. */
export const TABLES: readonly string[] = [
  `CREATE TABLE accounts (
    id INT UNSIGNED NOT NULL PRIMARY KEY,
    owner VARCHAR(40) NOT NULL,
    balance BIGINT NOT NULL
  ) ENGINE=InnoDB`,
  `CREATE TABLE transfers (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    source INT UNSIGNED NOT NULL,
    target INT UNSIGNED NOT NULL,
    amount INT NOT NULL,
    KEY source (source)
  ) ENGINE=InnoDB`,
  `CREATE TABLE orders (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    token VARCHAR(64) NOT NULL,
    state VARCHAR(80) NOT NULL,
    quantity INT NOT NULL,
    UNIQUE KEY token (token)
  ) ENGINE=InnoDB`,
  `CREATE TABLE visits (
    id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer INT UNSIGNED NOT NULL,
    page VARCHAR(40) NOT NULL,
    seconds INT NOT NULL,
    at DATETIME(3) NOT NULL,
    notes VARCHAR(200) NULL,
    KEY customer (customer)
  ) ENGINE=InnoDB`,
];

/** A query over much of what there is, as a report is: the kind that small copies never show to be bad. */
export const REPORT_QUERY =
  'SELECT page, COUNT(*) AS visits, SUM(seconds) AS seconds FROM (SELECT page, seconds FROM visits ORDER BY id DESC LIMIT 20000) AS latest GROUP BY page ORDER BY visits DESC LIMIT 1';
