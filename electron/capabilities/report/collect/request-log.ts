import { MAX_IMAGE_REQUESTS } from '../../../../shared/host-scripts/host-read.ts';
import type { HostAnswers, ReadRequest } from '../../../foundation/host-reader/answers.ts';
import type { LoggedRequest, Reading, RequestLog } from '../data.ts';
import type { Span } from '../document.ts';

export const requestLogRequest = (path: string, minutes: number): ReadRequest => `imagelog ${path} ${minutes}`;

/** The answer to {@link requestLogRequest}, in this computer's time; `clockOffsetMs`: the gateway's clock minus this computer's. Never throws. */
export function readRequestLog(
  answers: HostAnswers,
  path: string,
  minutes: number,
  span: Span,
  clockOffsetMs: number,
): Reading<RequestLog> {
  const answer = answers.get(requestLogRequest(path, minutes));
  if (answer?.status === 'denied') return { kind: 'unknown', reason: `the login may not read ${path}, or it is not a file.` };
  if (answer?.status !== 'ok') return { kind: 'unknown', reason: `${path} does not exist; REQUEST_LOG_ENABLED may be off on the gateway.` };
  const requests = answer.lines
    .flatMap(readLoggedRequest)
    .map((request) => ({ ...request, atMs: request.atMs - clockOffsetMs }))
    .filter(({ atMs }) => atMs >= span.fromMs && atMs < span.toMs);
  return { kind: 'read', value: { requests, isCut: answer.lines.length >= MAX_IMAGE_REQUESTS } };
}

/** `TIME STATUS DURATION`: seconds or milliseconds since the epoch or ISO 8601; ms. */
export function readLoggedRequest(line: string): LoggedRequest[] {
  const [time = '', status = '', elapsed = ''] = line.slice(0, 200).split(' ');
  const number = /^\d{1,15}(?:\.\d{1,9})?$/.test(time) ? Number(time) : null;
  const atMs = number === null ? Date.parse(time) : number > 1e11 ? number : number * 1000;
  if (!Number.isFinite(atMs) || !/^[1-5]\d{2}$/.test(status)) return [];
  return [{ atMs, status: Number(status), elapsedMs: /^\d{1,9}(?:\.\d{1,9})?$/.test(elapsed) ? Number(elapsed) : null }];
}
