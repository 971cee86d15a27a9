import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Session } from '../session';

/** Each changes data by itself, on both sides at once ("Blue/green deployments: limitations of PostgreSQL extensions"). */
const activeByThemselves: readonly string[] = ['pg_partman', 'pg_cron', 'pglogical', 'pgactive'];

export async function checkExtensions(session: Session): Promise<readonly Finding[]> {
  const rows = await session.query<{ name: string; installed: string; available: string | null }>(
    `SELECT e.extname AS name, e.extversion AS installed, a.default_version AS available
     FROM pg_extension e LEFT JOIN pg_available_extensions a ON a.name = e.extname
     WHERE e.extname <> 'plpgsql' ORDER BY e.extname`,
  );
  const active = rows.filter(({ name }) => activeByThemselves.includes(name)).map(({ name }) => name);
  const outdated = rows.filter(({ installed, available }) => available !== null && installed !== available);
  const findings: Finding[] = [];
  if (active.length > 0) {
    findings.push({
      id: 'postgres.active-extensions',
      severity: 'warning',
      message: `The database ${session.database} has extensions that change data by themselves, and would on green too: ${nameSome(active)}.`,
      remedy:
        'Stop their jobs and their replication before green is made, and keep them stopped on blue and on green until after the switchover: what they define or write meanwhile breaks the replication.',
    });
  }
  if (outdated.length > 0) {
    const described = outdated.map(({ name, installed, available }) => `${name} ${installed} (${available})`);
    findings.push({
      id: 'postgres.outdated-extensions',
      severity: 'warning',
      message: `Extensions of the database ${session.database} are older than what the server has: ${nameSome(described)}.`,
      remedy: outdated.map(({ name }) => `ALTER EXTENSION "${name}" UPDATE;`).join(' '),
    });
  }
  if (rows.length > 0) {
    const described = rows.map(({ name, installed }) => `${name} ${installed}`);
    findings.push({
      id: 'postgres.extensions',
      severity: 'info',
      message: `The database ${session.database} uses ${nameSome(described, 20)}.`,
      remedy: "Check that green's version of the engine has each of them.",
    });
  }
  return [...findings, ...(await checkJobs(session))];
}

/** pg_cron's worker writes as a superuser, whom no read-only server keeps out, and a job's owner alone sees it. */
async function checkJobs(session: Session): Promise<readonly Finding[]> {
  const row = await session.row<{ visible: boolean }>(
    "SELECT NOT row_security_active(oid) AS visible FROM pg_class WHERE oid = to_regclass('cron.job')",
  );
  if (row === undefined) return [];
  const jobs = row.visible
    ? await session.query<{ id: string; name: string }>(
        "SELECT jobid AS id, format('%s (%s)', coalesce(jobname, 'job ' || jobid), schedule) AS name FROM cron.job WHERE active ORDER BY jobid",
      )
    : undefined;
  if (jobs?.length === 0) return [];
  const [what, which] =
    jobs === undefined
      ? [
          "may run jobs, which are hidden from the agent's role",
          'each active one (SELECT jobid FROM cron.job WHERE active;)',
        ]
      : [`runs jobs: ${nameSome(jobs.map(({ name }) => name))}`, `these (${nameSome(jobs.map(({ id }) => id))})`];
  return [
    {
      id: 'postgres.cron-jobs',
      severity: 'warning',
      message: `pg_cron in the database ${session.database} of ${session.place} ${what}. It goes on after the switch on the side that clients have left, and what it writes there is lost.`,
      remedy: `Just before the switch, ${which}: SELECT cron.alter_job(<jobid>, active := false); and true again on the side that serves then, blue if users stay there.`,
    },
  ];
}
