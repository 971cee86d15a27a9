/** An error reply of the server (`-WRONGTYPE …`), as a value: in a batch one command's failure is not the others'. */
export class ReplyError extends Error {
  override readonly name = 'ReplyError';
}

/** The bytes are not RESP2, or exceed what this client is ready to hold. The connection cannot go on. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** A RESP2 reply. Status lines are strings, bulk strings are buffers; integers beyond 2^53 come as bigint. */
export type Reply = null | number | bigint | string | Buffer | ReplyError | Reply[];
