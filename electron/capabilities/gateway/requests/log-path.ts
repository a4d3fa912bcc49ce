import { readDotenv } from '../../../foundation/files/dotenv.ts';
import { type HostAnswers, readFileRequest, readFileState } from '../../../foundation/host-reader/answers.ts';

/** The gateway's environment file. */
export const GATEWAY_ENV = '/var/lib/gateway/app/.env';
/** Where the gateway logs its requests unless REQUEST_LOG_PATH names another file. */
export const REQUEST_LOG = '/var/lib/gateway/data/requests.jsonl';

/** Where the gateway logs its requests, of the answer to `readFileRequest(GATEWAY_ENV)`. */
export function requestLogPath(answers: HostAnswers): string {
  const text = readFileState(answers.get(readFileRequest(GATEWAY_ENV)))?.text ?? '';
  // Of several assignments the last one counts.
  const path = readDotenv(text).findLast(({ key }) => key === 'REQUEST_LOG_PATH')?.value ?? '';
  return /^\/[A-Za-z0-9_./-]{1,300}$/.test(path) ? path : REQUEST_LOG;
}
