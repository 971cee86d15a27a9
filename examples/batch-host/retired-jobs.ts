import { BatchDecision, type BatchJob } from 'cdk-cutover';

/**
 * What nobody needs any more: a third of the list. It stays with the reason, for the next one who asks.
 */
export const retiredJobs: BatchJob[] = [
  retired('sync-old-crm', '*/5 * * * *', 'sales', 'The CRM was switched off in 2019'),
  retired('newsletter-feed', '0 6 * * *', 'marketing', 'The agency builds it itself'),
  retired('rotate-own-logs', '0 0 * * *', 'infra', 'Logs are in CloudWatch Logs'),
  retired('ntpdate', '0 * * * *', 'infra', 'chronyd keeps the time'),
  retired('restart-httpd', '0 4 * * *', 'infra', 'The leak it was for is gone'),
  retired('dump-database', '0 1 * * *', 'infra', 'The cluster has snapshots of its own'),
  retired('rsync-images', '*/20 * * * *', 'shop team', 'Images are in S3'),
  retired('warm-cache', '*/10 * * * *', 'shop team', 'The cache warms itself'),
  retired('check-disk', '*/5 * * * *', 'infra', 'An alarm does it'),
  retired('mail-disk-report', '0 8 * * 1', 'infra', 'Nobody read it'),
  retired('pull-exchange-xml', '0 16 * * *', 'payment team', 'fetch-rates replaced it in 2021'),
  retired('cleanup-tmp', '30 3 * * *', 'infra', 'systemd-tmpfiles does it'),
  retired('holiday-banner', '0 0 24 12 *', 'marketing', 'The shop does it by date'),
  retired('partner-x-orders', '0 * * * *', 'logistics', 'The contract ended in 2020'),
  retired('partner-x-stock', '30 * * * *', 'logistics', 'The contract ended in 2020'),
  retired('sitemap', '0 2 * * *', 'shop team', 'The shop makes it when it is asked'),
  retired('update-geoip', '0 5 * * 3', 'shop team', 'CloudFront tells the country'),
  retired('fax-orders', '*/15 7-18 * * 1-5', 'order team', 'The last fax went in 2017'),
];

function retired(name: string, schedule: string, owner: string, purpose: string): BatchJob {
  return { name, schedule, owner, purpose, command: 'true', user: 'root', decision: BatchDecision.RETIRED };
}
