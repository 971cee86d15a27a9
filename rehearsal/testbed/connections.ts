import type { Rehearsal } from './rehearsal';

/** A command by which a person reaches a part of a rehearsal that still runs. */
export interface Connection {
  /** `blue`, `green` or `AWS`. */
  readonly to: string;
  readonly command: string;
}

/** The credentials are of this rehearsal alone: nothing of them is known to AWS. */
export function connectionsOf(rehearsal: Rehearsal): readonly Connection[] {
  const { endpoint, region, credentials } = rehearsal.operatorAccess;
  const variables = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
  };
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return [
    ...(['blue', 'green'] as const).map((to) => ({ to, command: rehearsal.system.shell(to) })),
    { to: 'AWS', command: `${set.join(' ')} aws ssm get-parameters-by-path --path /cdk-cutover --recursive` },
  ];
}
