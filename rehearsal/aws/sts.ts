import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { AwsEnvironment } from './environment';
import type { AwsService, Operation } from './service';

/** Security Token Service: who somebody is. */
export class Sts implements AwsService {
  readonly identifier = 'sts';

  constructor(private readonly environment: AwsEnvironment) {}

  readonly operations = {
    // "No permissions are required to perform this operation", and a Deny does not keep anybody from it.
    getCallerIdentity: {
      needs: () => [],
      run: (_request, { principal }) => ({
        Account: this.environment.account,
        Arn: principal.arn,
        UserId: `AROA${this.environment.ids.hex(16).toUpperCase()}:session`,
      }),
    } satisfies Operation<GetCallerIdentityRequest, GetCallerIdentityResponse>,
  };
}
