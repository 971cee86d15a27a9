import { Duration, Token } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type OnEventOptions, Rule } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { ValidationError } from '../../validation-error';

/** Of the event by which an execution says how it ended. */
export const OUTCOME_EVENT = { source: 'cdk-cutover', detailType: 'Cutover Outcome' } as const;

/** Of the metric that counts endings. */
export const OUTCOME_METRIC = { namespace: 'CdkCutover', metricName: 'Executions' } as const;

/** How an execution may end, as the event and the metric have it. */
export const OUTCOMES = [
  'cutOver',
  'rolledBack',
  'rolledBackOnRequest',
  'recovered',
  'preflightPassed',
  'retired',
  'monitoringIncomplete',
  'recoveryNeeded',
  'refused',
] as const;

export type Outcome = (typeof OUTCOMES)[number];

/** A rule for the outcome events of one migration, on the default bus. */
export function outcomeRule(scope: Construct, id: string, migrationName: string, options: OnEventOptions): Rule {
  const { target, eventPattern, ...rest } = options;
  const rule = new Rule(scope, id, rest);
  rule.addEventPattern({
    source: [OUTCOME_EVENT.source],
    detailType: [OUTCOME_EVENT.detailType],
    detail: { migration: [migrationName] },
  });
  rule.addEventPattern(eventPattern);
  rule.addTarget(target);
  return rule;
}

/**
 * How many executions ended so.
 *
 * @throws of an outcome that none has: an alarm on its metric would be silent for good
 */
export function outcomeMetric(migrationName: string, outcome: string): Metric {
  if (!Token.isUnresolved(outcome) && !OUTCOMES.some((known) => known === outcome)) {
    throw new ValidationError(`outcome: got '${outcome}'; accepted is one of ${OUTCOMES.join(', ')}.`);
  }
  return new Metric({
    ...OUTCOME_METRIC,
    dimensionsMap: { Migration: migrationName, Outcome: outcome },
    statistic: 'Sum',
    period: Duration.minutes(5),
    label: outcome,
  });
}
