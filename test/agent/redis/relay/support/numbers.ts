/** So many, or with EVERY=1 as many as were asked for once. */
export function sampled(few: number, all: number): number {
  return process.env.EVERY === '1' ? all : few;
}
