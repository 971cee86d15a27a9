/**
 * Whether a cache's clients talk to it through TLS. ElastiCache's certificates name `*.cache.amazonaws.com`: a client
 * that reaches a cache by a private DNS name and verifies names fails, unless it sets the server name itself.
 */
export enum TransitEncryption {
  /** Plaintext only. */
  NONE = 'none',

  /**
   * Plaintext and TLS on the same port: for moving clients to TLS one by one. Redis 7.0 and later, and Valkey
   * (ElastiCache's `TransitEncryptionMode: preferred`).
   */
  PREFERRED = 'preferred',

  /** TLS only. */
  REQUIRED = 'required',
}
