import { z } from 'zod';
import { hostCall, hostEvent } from '../../contract/define.ts';

/** The occurrence of each problem that the operator dismissed, by the problem's id. */
export const Dismissals = z.record(z.string(), z.string());
export type Dismissals = z.infer<typeof Dismissals>;

const ProblemId = z.string().min(1).max(300);
const Occurrence = z.string().max(1000);

export const diagnosisCalls = [
  hostCall('diagnosis.dismissals', z.void(), Dismissals),
  /** Hides a problem until it occurs anew. */
  hostCall('diagnosis.dismiss', z.object({ problemId: ProblemId, occurrence: Occurrence }), Dismissals),
  /** Shows every dismissed problem again. */
  hostCall('diagnosis.restore', z.void(), Dismissals),
] as const;

export const diagnosisEvents = [hostEvent('diagnosis.dismissalsChanged', Dismissals)] as const;
