import type { GroupSeen } from '../../clients/client-group';
import type { LiveView } from '../result';
import type { Happened } from '../svg/timeline';

/** A rehearsal as it is now, for the page beside the terminal. */
export interface LivePicture {
  readonly view: LiveView;
  /** What has happened so far; a phase that runs ends now. */
  readonly happened: Happened;
  readonly groups: readonly GroupSeen[];
}

/** What the page is told each time that it asks. */
export interface LiveAnswer {
  /** Absent before the clients run. */
  readonly picture?: LivePicture;
  /** Once the rehearsal is over: what came of it. */
  readonly ended?: string;
}
