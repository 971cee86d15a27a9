/** A new connection as a security group sees it. */
export interface Flow {
  /** The client's address. */
  readonly source: string;
  /** The port it wants. */
  readonly port: number;
}

/**
 * What the security groups of an endpoint say to a flow.
 *
 * - `tracked`: a rule lets it in, and its connection is tracked. Removing the rule later does not interrupt it: "When
 *   you change a security group rule, its tracked connections are not immediately interrupted."
 * - `untracked`: a rule for everyone (0.0.0.0/0) lets it in while all outbound traffic is allowed. It "is immediately
 *   interrupted if the rule that enables the flow is removed or modified".
 * - `dropped`: no rule lets it in. Its packets vanish: nothing is sent back.
 *
 * Amazon EC2 User Guide, "Security group connection tracking".
 */
export type Verdict = 'tracked' | 'untracked' | 'dropped';

/** The security groups of one endpoint, as they are now. */
export interface Firewall {
  judge(flow: Flow): Verdict;
}
