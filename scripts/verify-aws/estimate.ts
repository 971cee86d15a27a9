/** What the nights take. Estimates from AWS's list prices of November 2026 in us-east-1, not measured. */
export const ESTIMATE = `\
What will be made, twice, side by side, and deleted at the end (estimates, not measured):

  a VPC with five interface endpoints in two zones, no NAT gateway        about $0.10 an hour
  two caches of one cache.t4g.micro each                                  about $0.03 an hour
  a migration host, t4g.small with 16 GiB                                 about $0.02 an hour
  one Fargate task of 0.25 vCPU with a public address                     about $0.02 an hour
  a private hosted zone ($0.50, nothing if deleted within 12 hours), a KMS key ($1 a month, by the hour)
  some 1,000 state transitions, a topic, alarms, logs                     cents

  about $0.20 an hour each: with an hour and a half for both, less than two dollars.
  Time: 15 minutes to deploy, 25 for the four executions, 20 to delete.`;
