/** The Electron that runs the panel. */
export interface Runtime {
  readonly executable: string;
  readonly fallback: boolean;
  readonly origin: string;
}
export function findRuntime(): Runtime | null;
export function ensureRuntime(): Promise<Runtime>;
