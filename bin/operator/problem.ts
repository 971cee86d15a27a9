import { isDenied, withRemedy } from './denied';

const RIGHTS =
  'Who may operate a migration is named in the app, migration.grantOperate(role), and who may answer it, migration.grantApprove(role); then deploy.';

/** An error as a sentence with what to do: what keeps the SDK from asking AWS at all is told in our own words. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return connectionProblem(error) ?? (isDenied(error) ? withRemedy(error, RIGHTS) : error.message);
}

function connectionProblem({ name, message }: Error): string | undefined {
  if (message === 'Region is missing') return 'No Region is stated. Give --region, or set AWS_REGION.';
  if (name === 'CredentialsProviderError') {
    return `No credentials were found: ${message.replace(/\.?$/, '.')} Give --profile, or sign in first: aws sso login.`;
  }
  if (/^(ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId)/.test(name)) {
    return `AWS rejects the credentials (${name}). Sign in again: aws sso login, or look at --profile.`;
  }
  const host = /getaddrinfo \w+ (\S+)/.exec(message)?.[1];
  if (host !== undefined) return `${host} is not found. Look at --region, and whether this machine is online.`;
  return undefined;
}
