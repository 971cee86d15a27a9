import { Duration } from 'aws-cdk-lib';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import { BatchCriterion, BatchDatabaseClient, type BatchJob, BatchLate, BatchOverlap, BatchSecret } from 'cdk-cutover';

/** What they settled for as proof of success: the rows that a job writes were written. */
const ROWS_WRITTEN = BatchCriterion.logLine('^rows written: [1-9]');

/** Statements that run in the shop's database. */
export function databaseJobs(secret: ISecret): BatchJob[] {
  const statement = (name: string, schedule: string, more: Partial<BatchJob>): BatchJob => ({
    name,
    schedule,
    command: `bin/statement.sh sql/${name}.sql`,
    user: 'batch',
    secrets: {
      DB_USER: BatchSecret.fromField(secret, 'username'),
      MYSQL_PWD: BatchSecret.fromField(secret, 'password'),
    },
    environment: { DB_HOST: 'shop.cluster-abc123.eu-west-1.rds.amazonaws.com' },
    timeout: Duration.hours(1),
    criterion: ROWS_WRITTEN,
    ...more,
  });
  return [
    statement('close-orders', '*/10 * * * *', {
      owner: 'order team',
      purpose: 'Orders that were paid are handed to the warehouse',
      criterion: BatchCriterion.exitCode(0),
    }),
    statement('book-payments', '5 * * * *', {
      owner: 'payment team',
      purpose: 'Payments of the last hour are booked',
      late: BatchLate.EACH,
      overlap: BatchOverlap.QUEUE,
      idempotent: true,
    }),
    statement('daily-sales', '30 0 * * *', {
      owner: 'controlling',
      purpose: 'Sales of the day before, by product',
      late: BatchLate.NEWEST,
      idempotent: true,
    }),
    statement('product-ranking', '15 3 * * *', { owner: 'shop team', purpose: 'The order of products in lists' }),
    statement('stock-levels', '*/30 6-22 * * 1-6', { owner: 'warehouse', purpose: 'Stock that the shop shows' }),
    statement('expire-coupons', '0 0 * * *', { owner: 'marketing', purpose: 'Coupons end with their last day' }),
    statement('birthday-coupons', '0 7 * * *', {
      owner: 'marketing',
      purpose: 'A coupon for customers on their birthday',
      criterion: BatchCriterion.exitCode(0),
    }),
    statement('weekly-returns', '0 5 * * 1', { owner: 'controlling', purpose: 'Returns of the week before' }),
    statement('month-end', '0 2 1 * *', {
      owner: 'controlling',
      purpose: 'The month is closed',
      timeout: Duration.hours(5),
      late: BatchLate.NEWEST,
    }),
    statement('year-end', '0 4 1 1 *', {
      owner: 'controlling',
      purpose: 'The year is closed',
      timeout: Duration.hours(8),
      criterion: BatchCriterion.newerThanSlot({
        client: BatchDatabaseClient.MYSQL,
        options: '--host="$DB_HOST" --user="$DB_USER" shop',
        newest: 'SELECT MAX(closed_at) FROM years',
      }),
    }),
  ];
}

/** Files that come from partners, and go to them. */
export function partnerJobs(secret: ISecret): BatchJob[] {
  const transfer = (name: string, schedule: string, command: string, more: Partial<BatchJob>): BatchJob => ({
    name,
    schedule,
    command,
    user: 'batch',
    owner: 'logistics',
    secrets: {
      SFTP_USER: BatchSecret.fromField(secret, 'username'),
      SFTP_PASSWORD: BatchSecret.fromField(secret, 'password'),
    },
    timeout: Duration.minutes(30),
    late: BatchLate.NEWEST,
    idempotent: true,
    ...more,
  });
  return [
    transfer('fetch-tracking', '*/15 * * * *', 'bin/fetch.sh carrier/tracking', { purpose: 'Where parcels are' }),
    transfer('fetch-prices', '45 4 * * *', 'bin/fetch.sh wholesale/prices', { purpose: 'Prices of the wholesaler' }),
    transfer('send-orders', '0 6,12,18 * * 1-5', 'bin/send.sh carrier/orders', { purpose: 'Orders for the carrier' }),
    transfer('send-customs', '30 16 * * 1-5', 'bin/send.sh customs/declarations', {
      purpose: 'Declarations, before the office in Tokyo closes',
      timeZone: 'Asia/Tokyo',
    }),
    transfer('send-feed', '20 * * * *', 'bin/send.sh search/feed', { purpose: 'Products for price search engines' }),
    transfer('fetch-rates', '10 16 * * 1-5', 'bin/fetch.sh bank/rates', {
      owner: 'payment team',
      purpose: 'Exchange rates',
    }),
    transfer('send-ledger', '0 3 2 * *', 'bin/send.sh tax/ledger', {
      owner: 'controlling',
      purpose: 'For the tax adviser',
    }),
    transfer('archive-invoices', '0 1 * * 0', 'bin/send.sh archive/invoices', {
      owner: 'payment team',
      purpose: 'Invoices are kept for ten years',
      timeout: Duration.hours(6),
    }),
  ];
}
