/** An empty database with the tables of clients, while it is filled. */
export interface Filling {
  add(table: string, columns: readonly string[], rows: readonly (readonly unknown[])[]): Promise<void>;
  /**
   * Makes visits from those that are there, on the server itself.
   *
   * @param made how many there are
   * @param more how many to make, at most as many
   */
  multiplyVisits(made: number, more: number): Promise<void>;
  end(): Promise<void>;
}
