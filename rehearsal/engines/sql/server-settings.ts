/** The engine's own names (`innodb_lock_wait_timeout`, `wal_level`) and values, as in its configuration file. */
export type Settings = Readonly<Record<string, string | number>>;

/** PEM texts. */
export interface DatabaseTls {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

/** What a configuration is written from. */
export interface Layout {
  readonly host: string;
  readonly port: number;
  /** The server's own folder. */
  readonly folder: string;
  /** Where its data is. */
  readonly data: string;
  /** Whether certificate, key and authority stand in the folder. */
  readonly tls: boolean;
}

export const FILES = {
  configuration: 'server.conf',
  firstStart: 'first-start.sql',
  certificate: 'certificate.pem',
  key: 'key.pem',
  authority: 'authority.pem',
} as const;

/** @throws where a setting's name or value cannot be written into a configuration file. */
export function checkSettings(settings: Settings): void {
  for (const [name, value] of Object.entries(settings)) {
    if (!/^[A-Za-z][\w.-]*$/.test(name) || /[\r\n]/.test(String(value))) {
      throw new Error(
        `The setting ${JSON.stringify(name)} cannot be written into a configuration file: a name is letters, digits, "_", "-" and ".", and a value has no line break.`,
      );
    }
  }
}
