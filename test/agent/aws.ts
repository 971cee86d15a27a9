import { AwsEndpoint } from './aws-endpoint';

/** An endpoint for the tests of a file, to which every SDK client of this process is led. */
export function useAws(): AwsEndpoint {
  const aws = new AwsEndpoint();
  const environment = { ...process.env };
  beforeAll(async () => {
    await aws.start();
    Object.assign(process.env, aws.environment);
  });
  afterAll(async () => {
    process.env = environment;
    await aws.stop();
  });
  return aws;
}
