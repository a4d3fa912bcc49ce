import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { answer, bodyOf, listening, serve } from './http-server.ts';

interface Job {
  readonly id: string;
  readonly prompt: unknown;
  state: 'running' | 'done' | 'interrupted' | 'failed';
  timer: NodeJS.Timeout | undefined;
}

export interface ComfyUiBehaviour {
  checkpoints: readonly string[];
  device: 'cuda' | 'cpu';
  jobMs: number;
  /** Its class and words, in place of an image. */
  failure: { readonly type: string; readonly message: string } | null;
  /** Answered to POST /prompt with 400. */
  refusal: unknown;
}

export interface SimulatedComfyUi {
  readonly url: string;
  readonly behaviour: ComfyUiBehaviour;
  readonly jobs: readonly Job[];
  readonly requested: string[];
  /** As after a restart: queue and history are gone. */
  forget(): void;
  close(): Promise<void>;
}

const PNG = Buffer.from('89504e470d0a1a0a00', 'hex');
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** ComfyUI's HTTP as far as the shim goes; jobs run side by side. */
export async function startComfyUi(given: Partial<ComfyUiBehaviour> = {}): Promise<SimulatedComfyUi> {
  const behaviour: ComfyUiBehaviour = {
    ...{
      checkpoints: ['sd_xl_base_1.0.safetensors', 'v1-5-pruned-emaonly.safetensors'],
      device: 'cuda',
      jobMs: 5,
      failure: null,
      refusal: null,
    },
    ...given,
  };
  const jobs: Job[] = [];
  const requested: string[] = [];
  const running = () => jobs.filter((job) => job.state === 'running');
  const queued = (job: Job) => [1, job.id, job.prompt, {}, ['save']];
  const interrupt = (job: Job): void => {
    clearTimeout(job.timer);
    job.state = 'interrupted';
  };
  const historyOf = (job: Job): unknown => {
    const { type, message } = behaviour.failure ?? { type: '', message: '' };
    const messages = {
      running: [],
      done: [['execution_success', {}]],
      interrupted: [['execution_interrupted', { prompt_id: job.id }]],
      failed: [['execution_error', { exception_type: type, exception_message: message }]],
    }[job.state];
    const outputs = job.state === 'done' ? { save: { images: [{ filename: `${job.id}.png`, subfolder: '', type: 'output' }] } } : {};
    return { outputs, status: { status_str: job.state === 'done' ? 'success' : 'error', completed: job.state === 'done', messages } };
  };
  const begin = (prompt: unknown): Job => {
    const job: Job = { id: randomUUID(), prompt, state: 'running', timer: undefined };
    job.timer = setTimeout(() => {
      job.state = behaviour.failure === null ? 'done' : 'failed';
    }, behaviour.jobMs);
    jobs.push(job);
    return job;
  };
  const route = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    const name = `${request.method} ${path}`;
    requested.push(name);
    const body = request.method === 'POST' ? await bodyOf(request) : null;
    const fields = isRecord(body) ? body : {};
    if (name === 'GET /models/checkpoints') return answer(response, 200, behaviour.checkpoints);
    if (name === 'GET /system_stats')
      return answer(response, 200, { system: { comfyui_version: '0.3.64' }, devices: [{ name: 'GPU', type: behaviour.device }] });
    if (name === 'GET /prompt') return answer(response, 200, { exec_info: { queue_remaining: running().length } });
    if (name === 'GET /queue') return answer(response, 200, { queue_running: running().map(queued), queue_pending: [] });
    if (name === 'POST /queue') return answer(response, 200, {});
    if (name === 'POST /interrupt') {
      for (const job of running()) if (job.id === fields['prompt_id']) interrupt(job);
      return answer(response, 200, {});
    }
    if (name === 'POST /prompt') {
      if (behaviour.refusal !== null) return answer(response, 400, behaviour.refusal);
      return answer(response, 200, { prompt_id: begin(fields['prompt']).id, number: jobs.length, node_errors: {} });
    }
    const job = jobs.find((entry) => path === `/history/${entry.id}`);
    if (path.startsWith('/history/'))
      return answer(response, 200, job === undefined || job.state === 'running' ? {} : { [job.id]: historyOf(job) });
    if (path !== '/view') return answer(response, 404, {});
    response.writeHead(200, { 'content-type': 'image/png' });
    response.end(PNG);
  };
  const { port, close } = await listening(serve(route));
  const forget = (): void => {
    for (const job of jobs.splice(0)) clearTimeout(job.timer);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    behaviour,
    jobs,
    requested,
    forget,
    close: async () => {
      forget();
      await close();
    },
  };
}
