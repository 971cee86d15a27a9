import type { Identifiers } from '../identifiers';
import type { Principal } from '../policy';

/** What a client signs its requests with. */
export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** Who a request is from, as its signature says. */
export interface Signature {
  readonly accessKeyId: string;
  readonly region: string;
  readonly signingName: string;
}

/** Temporary credentials, and whose they are. */
export class IssuedCredentials {
  private readonly principals = new Map<string, Principal>();

  constructor(private readonly ids: Identifiers) {}

  issue(principal: Principal): AwsCredentials {
    const accessKeyId = `ASIA${this.ids.hex(16).toUpperCase()}`;
    this.principals.set(accessKeyId, principal);
    return { accessKeyId, secretAccessKey: this.ids.hex(40), sessionToken: this.ids.token() };
  }

  principalOf(accessKeyId: string): Principal | undefined {
    return this.principals.get(accessKeyId);
  }
}

/** Reads the credential scope of a SigV4 header; undefined where there is none. The signature itself is not checked: only this machine can reach the endpoint. */
export function readSignature(authorization: string | undefined): Signature | undefined {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/.exec(
    authorization ?? '',
  );
  const [, accessKeyId, region, signingName] = match ?? [];
  return accessKeyId === undefined || region === undefined || signingName === undefined
    ? undefined
    : { accessKeyId, region, signingName };
}
