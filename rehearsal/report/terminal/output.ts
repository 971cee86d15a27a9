/** What of a stream is used: `process.stdout` and `process.stderr` are such. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  /** Of terminals only. Heeds NO_COLOR, FORCE_COLOR and TERM=dumb. */
  hasColors?(env: NodeJS.ProcessEnv): boolean;
}
