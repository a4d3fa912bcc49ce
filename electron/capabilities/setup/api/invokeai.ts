import { formatBytes } from '../../../../shared/format.ts';
import type { JsonClient } from '../../backends/json-client.ts';
import { startInstall } from '../../models/installs.ts';
import { isInstallOver, readJobs } from '../../models/job-reader.ts';
import { setupCancelledError, setupStepFailedError } from '../errors.ts';
import { type ClientOperation, memberOf } from './operation.ts';

const MODELS = '/api/v2/models/';
const JOBS = '/api/v2/models/install';
const POLL_MS = 2_000;

/** Installs a model from a repository, an address or a path of the host; the Models page shows the same job. */
export function installModel(o: { readonly source: string; readonly label: string }): ClientOperation<JsonClient> {
  return {
    request: `POST ${JOBS} source=${o.source}`,
    check: async (client) => {
      const models = memberOf(await client.json({ path: MODELS }), 'models');
      if (!Array.isArray(models)) return { kind: 'failed', reason: 'InvokeAI did not report its models.' };
      // InvokeAI drops the variant of a repository.
      const [repository] = o.source.split(':');
      const isThere = models.some((model) => [o.source, repository].includes(String(memberOf(model, 'source'))));
      return { kind: isThere ? 'done' : 'needed' };
    },
    apply: async ({ client, signal, pause, onLines }) => {
      const started = readJobs([await startInstall(client, { source: o.source, isInPlace: false, token: null }, async () => null)])[0];
      if (started === undefined) throw setupStepFailedError('InvokeAI did not report the download.', '');
      let before = '';
      for (;;) {
        if (signal.aborted) throw setupCancelledError();
        const job = readJobs([await client.json({ path: `${JOBS}/${started.jobId}` })])[0];
        if (job === undefined) throw setupStepFailedError(`The download of ${o.label} is gone.`, '');
        const total = job.totalBytes === null ? '' : ` of ${formatBytes(job.totalBytes)}`;
        const line = `${o.label}: ${job.state}, ${formatBytes(job.bytes)}${total}`;
        if (line !== before) onLines([line]);
        before = line;
        if (job.state === 'completed') return;
        if (isInstallOver(job.state) || job.state === 'paused')
          throw setupStepFailedError(`The download of ${o.label} ended as ${job.state}.`, job.error?.text ?? job.needsDecision ?? '');
        await pause(POLL_MS);
      }
    },
  };
}

/** Creates the administrator of a multi-user InvokeAI, before anybody else who reaches the port can (from 6.12). */
export function createAdministrator(o: { readonly email: string; readonly password: () => string }): ClientOperation<JsonClient> {
  return {
    request: `POST /api/v1/auth/setup email=${o.email}`,
    check: async (client) => {
      const status = await client.json({ path: '/api/v1/auth/status' });
      if (memberOf(status, 'multiuser_enabled') !== true) return { kind: 'failed', reason: 'InvokeAI runs without multi-user.' };
      return { kind: memberOf(status, 'setup_required') === true ? 'needed' : 'done' };
    },
    apply: async ({ client }) => {
      const body = { email: o.email, display_name: o.email.split('@')[0] ?? o.email, password: o.password() };
      await client.json({ method: 'POST', path: '/api/v1/auth/setup', body });
    },
  };
}
