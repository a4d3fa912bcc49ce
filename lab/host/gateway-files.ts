import type { Files } from '../base/files.ts';
import type { Users } from '../base/users.ts';

const HOME = '/var/lib/gateway';
export const GATEWAY_ENV = `${HOME}/app/.env`;
export const GATEWAY_BACKENDS = `${HOME}/app/app/backends_config.yaml`;
export const GATEWAY_DEPLOYED = `${HOME}/app/DEPLOYED_GATEWAY_COMMIT`;
export const GATEWAY_IMAGES = `${HOME}/data/ui_images`;
const GATEWAY_LOG = `${HOME}/data/requests.jsonl`;

const ENV = `# Of the gateway; see app/.env.example.
GATEWAY_BEARER_TOKEN=lab-token-5f1c
OBSERVABILITY_PORT=8801
IMAGES_BACKEND=http_openai_images
IMAGES_BACKEND_CLASS=gpu_heavy
IMAGES_HTTP_BASE_URL=http://ada2:7860
UI_IMAGE_DIR=${GATEWAY_IMAGES}
REQUEST_LOG_ENABLED=true
`;

const BACKENDS = `backends:
  gpu_fast:
    class: gpu_fast
    base_url: http://ai1:9050
    supported_capabilities: [images]
    concurrency_limits: {images: 2}
  gpu_heavy:
    class: gpu_heavy
    base_url: http://ada2:7860
    description: InvokeAI on the RTX 6000 Ada
    supported_capabilities: [images]
    concurrency_limits: {images: 2}
    health: {liveness: /healthz, readiness: /readyz}
legacy_mapping: {mlx: local_mlx}
`;

/** The gateway's files as its installation leaves them; the login is in its group, and may read them. */
export function installGateway({ files, users }: { readonly files: Files; readonly users: Users }): void {
  users.addSystemUser('gateway', HOME);
  users.addToGroup('operator', 'gateway');
  const own = { user: 'root', owner: 'gateway', group: 'gateway' } as const;
  for (const folder of [HOME, `${HOME}/app`, `${HOME}/app/app`, `${HOME}/data`, GATEWAY_IMAGES])
    files.makeFolder(folder, { ...own, mode: 0o750 });
  files.write(GATEWAY_ENV, Buffer.from(ENV), { ...own, mode: 0o640 });
  files.write(GATEWAY_BACKENDS, Buffer.from(BACKENDS), { ...own, mode: 0o640 });
  files.write(GATEWAY_LOG, Buffer.from(''), { ...own, mode: 0o640 });
}
