import type { BatchJobDefinition } from '../../contract/batch';
import { type BatchJob, BatchLate, BatchOverlap } from './batch-job';

/** What the host is told of a job. */
export function jobDefinition(job: BatchJob, logGroup: string): BatchJobDefinition {
  const { name, schedule, timeZone, command, standardInput, user, owner, purpose } = job;
  return {
    name,
    schedule,
    timeZone,
    command,
    standardInput,
    user,
    owner,
    purpose,
    environment: job.environment ?? {},
    secrets: Object.entries(job.secrets ?? {}).map(([variable, { secret, field }]) => ({
      variable,
      arn: secret.secretArn,
      field,
    })),
    timeoutSeconds: job.timeout?.toSeconds(),
    overlap: `${job.overlap ?? BatchOverlap.SKIP}`,
    late: `${job.late ?? BatchLate.NONE}`,
    idempotent: job.idempotent ?? false,
    criterion: job.criterion?._definition ?? { exitCodes: [0] },
    logGroup,
  };
}
