/** Seconds that the metadata service may take: it is on the machine itself. */
const LIMIT_SECONDS = 5;

/**
 * The instance's own ID, asked each time: what is on the disk may come from another instance's backup.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
export async function instanceId(): Promise<string> {
  const endpoint = process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? 'http://169.254.169.254';
  const token = await ask(`${endpoint}/latest/api/token`, {
    method: 'PUT',
    headers: { 'X-aws-ec2-metadata-token-ttl-seconds': '60' },
  });
  return ask(`${endpoint}/latest/meta-data/instance-id`, { headers: { 'X-aws-ec2-metadata-token': token } });
}

async function ask(url: string, request: RequestInit): Promise<string> {
  const response = await fetch(url, { ...request, signal: AbortSignal.timeout(LIMIT_SECONDS * 1_000) });
  if (!response.ok) throw new Error(`The instance metadata service answered ${response.status} for ${url}.`);
  return response.text();
}
