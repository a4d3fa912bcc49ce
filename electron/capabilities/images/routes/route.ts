import type { ImageParameters, RemoteWork, RouteId, RouteState, RunStage } from '../../../../shared/capabilities/images/contract.ts';
import type { GenerationResult } from '../generation-result.ts';

/** Progress of a run in progress, as shown. */
export interface Progress {
  readonly stage: RunStage;
  readonly message: string;
  /** Jobs in front of it; null = not known. */
  readonly ahead: number | null;
  /** Of all images of the run, from 0 to 1; null = not known. */
  readonly share: number | null;
  /** Of the image at work; null = no step is reported. */
  readonly step: { readonly at: number; readonly of: number } | null;
  /** A small image as a data URL. */
  readonly preview: string | null;
}

/** One run that is to be sent. */
export interface RouteRequest {
  /** With the seed that was picked. */
  readonly parameters: ImageParameters;
  /** By this computer's clock. */
  readonly startedAt: number;
  /** The operator's Cancel. */
  readonly cancelled: AbortSignal;
  /** The end of the session. */
  readonly closed: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** A run that was sent. */
export interface Generation {
  /** Rejects with why there is no image, and with the signal's reason as soon as the operator cancels. */
  readonly result: Promise<GenerationResult>;
  /** To be called after Cancel: ends the work at the far end where that is possible, and reports what the far end answered. Never rejects. */
  endRemoteWork(report: (work: RemoteWork) => void): Promise<void>;
  /** What the host itself reports of a failure, where its error hides it. Never rejects. */
  diagnose(thrown: unknown): Promise<string[]>;
  /** The timing with waiting and generating apart, where only the backend knows them and the run is over. Never rejects. */
  splitTiming(timing: GenerationResult['timing']): Promise<GenerationResult['timing']>;
  /** Ends the updates. */
  stop(): void;
}

/** One way for a prompt to reach the GPU. */
export interface Route {
  readonly id: RouteId;
  /** Whether and how a prompt could be sent now. Never rejects. */
  state(): Promise<RouteState>;
  generate(request: RouteRequest): Generation;
  /** The request as a command for a terminal, without secrets; null where it is no single request, or not known yet. */
  curl(parameters: ImageParameters): string | null;
  stop(): void;
}

/** The state of a route that leads through a host without a connection. */
export const offlineState = (route: RouteId): RouteState => ({
  route,
  isSetUp: true,
  isReady: false,
  message: 'The host is not connected.',
  models: [],
  schedulers: null,
  maxPixels: null,
});
