/** `AccessDenied` of the query protocols, `AccessDeniedException` of the others. */
export const isDenied = (error: unknown): boolean => error instanceof Error && /^AccessDenied/.test(error.name);

/** What AWS said when it refused a call, and what to do about it. */
export const withRemedy = ({ message }: Error, remedy: string) => `${message.replace(/\.?$/, '.')} ${remedy}`;

/** For `catch`: a call that AWS refused to the caller is told with what to do about it. Every other error stays what it is. */
export const ifDenied =
  (remedy: string) =>
  (error: unknown): never => {
    if (!(error instanceof Error) || !isDenied(error)) throw error;
    throw new Error(withRemedy(error, remedy), { cause: error });
  };
