/** The relay that clients may be connected to. */
export interface OwnRelay {
  /** Whether one is to run here, and does not. */
  isMissing(): Promise<boolean>;
}
