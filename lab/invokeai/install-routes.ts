import type { LabAnswer } from '../base/http.ts';
import { jobDocument } from './documents.ts';
import type { InstallJob } from './install-job.ts';
import type { InvokeAi } from './invokeai.ts';
import { detail, json, NOTHING, type Route, route, uncaught } from './route-table.ts';

const INSTALL = '/api/v2/models/install';

/** Install jobs and the Hugging Face login they use. */
export function installRoutes(invokeai: InvokeAi): readonly Route[] {
  const { installs } = invokeai;
  /** `unknown`: a token is stored, and Hugging Face does not say whose; an expired one looks the same. */
  const hfStatus = (): 'valid' | 'invalid' | 'unknown' => {
    if (invokeai.login === null) return 'invalid';
    return invokeai.faults.has('hugging-face-unreachable') || invokeai.login.startsWith('hf_expired') ? 'unknown' : 'valid';
  };
  const withJob = <T extends LabAnswer | Promise<LabAnswer>>(
    id: string | undefined,
    unknownIs: number,
    then: (job: InstallJob) => T,
  ): T | LabAnswer => {
    const job = installs.get(Number(id));
    return job === null ? detail(unknownIs, `No job with id ${id} known`) : then(job);
  };
  const verb = (name: string, change: (job: InstallJob, body: unknown) => void): Route =>
    route('POST', `${INSTALL}/:id/${name}`, ({ parts, body }) =>
      withJob(parts['id'], 415, (job) => {
        change(job, body);
        return json(jobDocument(job), 201);
      }),
    );
  return [
    route('GET', INSTALL, () => json(installs.jobs.map(jobDocument))),
    route('DELETE', INSTALL, () => {
      installs.prune();
      return NOTHING;
    }),
    route('POST', INSTALL, ({ query, body }) => {
      const source = query.get('source');
      if (source === null || body === undefined) {
        const loc = source === null ? ['query', 'source'] : ['body'];
        return detail(422, [{ type: 'missing', loc, msg: 'Field required', input: null }]);
      }
      // The global login is filled in, and echoed.
      const begun = installs.begin(source, {
        accessToken: query.get('access_token') ?? invokeai.login,
        isInPlace: query.get('inplace') === 'true',
        hasLogin: invokeai.login !== null,
      });
      if ('detail' in begun) return begun.status === 500 ? uncaught() : detail(begun.status, begun.detail);
      return json(jobDocument(begun), 201);
    }),
    route('GET', `${INSTALL}/:id`, ({ parts }) => withJob(parts['id'], 404, (job) => json(jobDocument(job)))),
    route('DELETE', `${INSTALL}/:id`, ({ parts }) =>
      withJob(parts['id'], 415, async (job) => {
        await installs.cancel(job);
        return json(null, 201);
      }),
    ),
    verb('pause', (job) => installs.pause(job)),
    verb('resume', (job) => installs.resume(job)),
    verb('restart_failed', (job) => installs.restartFailed(job, null)),
    verb('restart_file', (job, body) => installs.restartFailed(job, typeof body === 'string' ? body : '')),
    route('GET', '/api/v2/models/hf_login', () => json(hfStatus())),
    route('POST', '/api/v2/models/hf_login', ({ body }) => {
      const token = typeof body === 'object' && body !== null && 'token' in body ? String(body.token) : '';
      // One that is not taken is not stored, and answered like no token at all.
      if (!/^hf_\w{4,}$/.test(token)) return json('invalid');
      invokeai.login = token;
      return json(hfStatus());
    }),
    route('DELETE', '/api/v2/models/hf_login', () => {
      invokeai.login = null;
      return json(hfStatus());
    }),
  ];
}
