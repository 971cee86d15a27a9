import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The library runs as lib (sources) and as dist/lib (compiled). */
export function packageRoot(from: string): string {
  return existsSync(join(from, 'package.json')) ? from : packageRoot(dirname(from));
}
