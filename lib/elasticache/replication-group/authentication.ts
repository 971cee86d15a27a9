import type { aws_secretsmanager as secretsmanager } from 'aws-cdk-lib';
import type { aws_elasticache as elasticache } from 'aws-cdk-lib/interfaces';
import { assertTold } from '../../cutover/validations/stated';

/**
 * How clients prove who they are. ElastiCache demands encryption in transit for each of these.
 */
export class CacheAuthentication {
  /**
   * One AUTH token for everyone: the secret's whole value, 16–128 printable characters, of the others only
   * `! & # $ ^ < > -`. The template carries a reference that CloudFormation resolves, never the token.
   *
   * CloudFormation **replaces** a replication group that gets a token later.
   *
   * @param secret its whole value is the token
   */
  public static authToken(secret: secretsmanager.ISecret): CacheAuthentication {
    assertTold('CacheAuthentication.authToken', { secret });
    return new CacheAuthentication(secret, secret.secretValue.unsafeUnwrap(), []);
  }

  /**
   * One AUTH token for everyone, as `authToken`, in the `password` of a JSON secret.
   *
   * @param secret JSON with `password`
   */
  public static authTokenInJson(secret: secretsmanager.ISecret): CacheAuthentication {
    assertTold('CacheAuthentication.authTokenInJson', { secret });
    return new CacheAuthentication(secret, secret.secretValueFromJson('password').unsafeUnwrap(), []);
  }

  /**
   * Role-based access control: the users of a user group, each with an access string. Redis 6.0 and later, and
   * Valkey. It can be added to a replication group in place.
   *
   * @param userGroup of the same engine
   * @param secret JSON with `username` and `password` of the user that a migration logs in as; it has the
   * access string of docs/caches.md, "The agent's ACL user"
   */
  public static userGroup(userGroup: elasticache.IUserGroupRef, secret: secretsmanager.ISecret): CacheAuthentication {
    assertTold('CacheAuthentication.userGroup', { userGroup, secret });
    return new CacheAuthentication(secret, undefined, [userGroup.userGroupRef.userGroupId]);
  }

  /** What a migration logs in with. */
  public readonly secret: secretsmanager.ISecret;

  /**
   * A dynamic reference to the token.
   * @internal
   */
  public readonly _authToken: string | undefined;

  /** @internal */
  public readonly _userGroupIds: string[];

  private constructor(secret: secretsmanager.ISecret, authToken: string | undefined, userGroupIds: string[]) {
    this.secret = secret;
    this._authToken = authToken;
    this._userGroupIds = userGroupIds;
  }
}
