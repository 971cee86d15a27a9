import { Bytes } from './bytes';

/** An XA_PREPARE event, which ends what is logged of a two-phase transaction before its outcome. */
export interface Prepared {
  /** As the servers write it in `XA COMMIT`. */
  readonly id: string;
  /** There is no other phase: it is committed. */
  readonly onePhase: boolean;
}

export function readPrepared(body: Buffer): Prepared {
  const bytes = new Bytes(body);
  const onePhase = bytes.uint8() !== 0;
  const format = bytes.uint(4);
  const [global, branch] = [bytes.uint(4), bytes.uint(4)];
  const hexadecimal = (length: number): string => `X'${bytes.take(length).toString('hex')}'`;
  return { id: `${hexadecimal(global)},${hexadecimal(branch)},${format}`, onePhase };
}
