import type { AgentRequest } from '../../contract/agent';
import type { Log } from '../log';
import type { Report } from '../verb';

export type Execute = (request: AgentRequest, report: Report) => Promise<unknown>;

/** The same, with a line in the log when a verb starts, ends or fails, no matter who asked for it. */
export function logged(log: Log, execute: Execute): Execute {
  return async (request, report) => {
    const { verb } = request;
    const started = performance.now();
    const durationMs = () => Math.round(performance.now() - started);
    log.info('verb.started', { ...request });
    try {
      const result = await execute(request, report);
      log.info('verb.ended', { verb, durationMs: durationMs(), result });
      return result;
    } catch (error) {
      log.error('verb.failed', { verb, durationMs: durationMs(), error });
      throw error;
    }
  };
}
