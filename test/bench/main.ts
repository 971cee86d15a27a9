import { benchConverting } from './converting';
import { benchMysql } from './mysql';
import { benchRedis } from './redis';
import { benchIdleConnections, benchRelay, benchRelayByTls } from './relay';
import { benchSynth } from './synth';

/** Each measures one thing and gives what is printed. */
const benches: Readonly<Record<string, () => Promise<object>>> = {
  synth: benchSynth,
  redis: benchRedis,
  relay: benchRelay,
  'relay-tls': benchRelayByTls,
  'relay-idle': benchIdleConnections,
  mysql: benchMysql,
  converting: benchConverting,
};

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => benches[name] === undefined);
  if (unknown.length > 0) {
    throw new Error(
      `bench: got ${unknown.join(', ')}; accepted are ${Object.keys(benches).join(', ')} (none given: all of them).`,
    );
  }
  const results: Record<string, object> = {};
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length === 0 || names.includes(name)) results[name] = await bench();
  }
  process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
