/** Within a freeze clients wait: a server that is away for so long, in milliseconds, will not be back in time. */
export const PATIENCE_MS = 20_000;
