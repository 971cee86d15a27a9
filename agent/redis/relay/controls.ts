import type { Side } from '../../../contract/common';
import type { ResolvedEndpoint } from '../endpoint';
import { Connection } from '../resp/connection';

/** The relay's own connection to each side, opened when it is first needed, and again where it was lost. */
export class Controls {
  private readonly open = new Map<Side, Connection>();

  constructor(private readonly sides: Readonly<Record<Side, ResolvedEndpoint>>) {}

  async of(side: Side): Promise<Connection> {
    const known = this.open.get(side);
    if (known?.isOpen) return known;
    const connection = await Connection.open(this.sides[side], { purpose: 'relay' });
    this.open.set(side, connection);
    return connection;
  }

  close(): void {
    for (const connection of this.open.values()) connection.close();
  }
}
