import { NOTHING_REPORTED, type ReportedFacts } from '../../../shared/capabilities/gallery/contract.ts';
import { ImageParameters, type RunTiming } from '../../../shared/capabilities/images/contract.ts';
import { isRecord } from '../../../shared/record.ts';
import { numberOf, textOf } from '../backends/values.ts';

/** One image as it arrived. */
export interface GeneratedImage {
  readonly data: Buffer;
  readonly reported: ReportedFacts;
}

/** What a route brings back. */
export interface GenerationResult {
  readonly images: readonly GeneratedImage[];
  readonly modelUsed: string | null;
  readonly notes: readonly string[];
  readonly requestId: string | null;
  readonly headers: readonly (readonly [string, string])[];
  /** Without saving, which comes after it. */
  readonly timing: Omit<RunTiming, 'saveMs' | 'totalMs'>;
}

const { seed: Seed, scheduler: Scheduler } = ImageParameters.unwrap().shape;

/** Reported values that make sense; the others count as not reported. */
export function reportedFacts(found: Partial<Record<keyof ReportedFacts, unknown>>): ReportedFacts {
  const seed = Seed.safeParse(found.seed);
  const scheduler = Scheduler.safeParse(textOf(found.scheduler));
  const steps = numberOf(found.steps);
  return {
    seed: seed.success ? seed.data : null,
    steps: steps !== null && Number.isSafeInteger(steps) && steps > 0 ? steps : null,
    guidance: numberOf(found.guidance),
    scheduler: scheduler.success ? scheduler.data : null,
  };
}

/** The parameters of a queue item's graph: the values that InvokeAI ran. */
export function factsOfQueueItem(document: unknown): ReportedFacts {
  const session = isRecord(document) ? document['session'] : null;
  const graph = isRecord(session) ? session['graph'] : null;
  if (!isRecord(graph) || !isRecord(graph['nodes'])) return NOTHING_REPORTED;
  const nodes = Object.values(graph['nodes']).filter(isRecord);
  const first = (field: string): unknown => nodes.map((node) => node[field]).find((value) => value !== undefined && value !== null);
  return reportedFacts({ seed: first('seed'), steps: first('steps'), guidance: first('cfg_scale'), scheduler: first('scheduler') });
}
