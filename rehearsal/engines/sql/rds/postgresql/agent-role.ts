/** Who the agent signs in as: reads everything, sees and closes connections, and writes nothing. As docs/databases.md has it. */
export const AGENT_ROLE = 'cutover_agent';

export function agentRole(password: string): readonly string[] {
  return [
    `CREATE ROLE ${AGENT_ROLE} LOGIN PASSWORD '${password.replaceAll("'", "''")}'`,
    `GRANT pg_read_all_data, pg_monitor, pg_signal_backend TO ${AGENT_ROLE}`,
  ];
}
