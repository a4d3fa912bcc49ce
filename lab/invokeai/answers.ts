import type { LabAnswer } from '../http.ts';
import type { InvokeAi } from './invokeai.ts';

/** One request, read. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

/** One of the routes; null = this is none of them. */
export type Route = (asked: Asked, invokeai: InvokeAi) => LabAnswer | null;

export const ok = (body: unknown, status = 200): LabAnswer => ({ status, body });
export const detail = (status: number, said: unknown): LabAnswer => ({ status, body: { detail: said } });
/** Uncaught there: plain text. */
export const uncaught = (): LabAnswer => ({ status: 500, raw: { type: 'text/plain; charset=utf-8', data: 'Internal Server Error' } });
