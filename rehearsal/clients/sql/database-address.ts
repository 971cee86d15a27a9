/** A server as its owner reaches it, past any firewall. */
export interface DatabaseAddress {
  readonly engine: 'mariadb' | 'mysql' | 'postgresql';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}
