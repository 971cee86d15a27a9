import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import { text } from '../result-row';
import type { Survey, SurveyedSide } from './survey';

const mostNamed = 10;

/**
 * Users who could not sign in on the other side: it has no way of authentication like theirs. What a user has there
 * already decides; one that is not there yet comes along as it is.
 */
export async function checkUsers({ from, to }: Survey): Promise<readonly Finding[]> {
  if (to === undefined) return [];
  const plugins = await to.session.query(
    "SELECT plugin_name AS name FROM information_schema.plugins WHERE plugin_type = 'AUTHENTICATION' AND plugin_status = 'ACTIVE'",
  );
  const known = new Set(plugins.map((row) => text(row, 'name')));
  const [here, there] = [await usersOf(from), await usersOf(to)];
  const shutOut = [...here].flatMap(([user, plugin]) => {
    const wanted = there.get(user) ?? plugin;
    return known.has(wanted) ? [] : [`${user} (${wanted})`];
  });
  if (shutOut.length === 0) return [];
  return [
    {
      id: 'mysql.authentication-plugins',
      severity: 'error',
      message: `${to.where} cannot authenticate users of ${from.where}: ${nameSome(shutOut, mostNamed)}. It knows ${[...known].join(', ')}.`,
      remedy: `Give them one that both sides know, on ${from.side}: ALTER USER '<user>'@'<host>' IDENTIFIED WITH caching_sha2_password BY '<password>';`,
    },
  ];
}

/** Accounts that somebody can sign in to, and how. Neither the engine's own nor RDS's. A role has no way at all. */
async function usersOf({ session }: SurveyedSide): Promise<ReadonlyMap<string, string>> {
  const rows = await session.query('SELECT user AS user, host AS host, plugin AS plugin FROM mysql.user');
  const own = /^(rds\w*|mysql\.\w+|mariadb\.sys|root|)$/;
  return new Map(
    rows
      .map((row) => ({ user: text(row, 'user', 'User'), host: text(row, 'host', 'Host'), plugin: text(row, 'plugin') }))
      .filter(({ user, plugin }) => !own.test(user) && plugin !== '')
      .map(({ user, host, plugin }) => [`${user}@${host}`, plugin]),
  );
}
