import type { CheckRemedy } from '../../../../shared/capabilities/checks/contract.ts';
import { hasCode, type PanelError, PanelException, toPanelError } from '../../../../shared/errors.ts';
import { plainText } from '../../../../shared/plain-text.ts';
import type { Reply } from '../../../foundation/http/client.ts';
import { isSuccess } from '../../gateway/reading.ts';
import { gatewayReplyError } from '../../gateway/reply-errors.ts';
import { byHand, type Finding, fail } from '../check.ts';

/** Last parts of the codes of a program that does not respond. */
const NO_RESPONSE = /-(?:unreachable|silent|slow|broke-off)$/;
const MAX_SHOWN_CHARS = 200;

const isNoResponse = (error: PanelError): boolean => hasCode(error, 'tunnel-refused') || NO_RESPONSE.test(error.code);

/** Judges the reply. A program that does not respond fails the check; an error of the way to it, such as SSH, is thrown. */
export async function judgeReply(
  request: Promise<Reply>,
  ifSilent: CheckRemedy,
  judge: (reply: Reply) => Finding | Promise<Finding>,
): Promise<Finding> {
  let reply: Reply;
  try {
    reply = await request;
  } catch (thrown) {
    const error = toPanelError(thrown);
    if (!isNoResponse(error)) throw thrown;
    return fail(error.message, ifSilent, error.detail);
  }
  return await judge(reply);
}

/** `GET /path: 502, text/html, <html>…`, as evidence. */
export function showReply(request: string, { status, headers, body }: Reply): string {
  const type = headers['content-type']?.split(';')[0] ?? 'no content type';
  return `${request}: ${status}, ${plainText(type, 60)}, ${plainText(body.slice(0, 4 * MAX_SHOWN_CHARS), MAX_SHOWN_CHARS)}`;
}

/** Refusals that say nothing about what was requested: of the token, of this computer, of a proxy in front, of too many requests. */
const OF_ANOTHER_CAUSE =
  /^gateway-(?:token-missing|token-refused|address-not-allowed|forbidden|rate-limited|redirects|not-there|proxy-|client-certificate)/;

/**
 * Judges a success of the gateway; other replies fail the check. Throws a refusal that has another cause than what was requested, which another
 * check names.
 */
export async function judgeGateway(reply: Reply, nowMs: number, judge: (reply: Reply) => Finding | Promise<Finding>): Promise<Finding> {
  if (isSuccess(reply)) return await judge(reply);
  const error = gatewayReplyError(reply, nowMs);
  if (OF_ANOTHER_CAUSE.test(error.code)) throw new PanelException(error);
  return fail(error.message, byHand(error.hint), error.detail);
}

/** The JSON of a body of at most `maxChars`; undefined = it is none. */
export function jsonIn(body: string, maxChars = 4_000_000): unknown {
  if (body.length > maxChars) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
