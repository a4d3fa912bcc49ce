import type { LabFault } from '../base/faults.ts';
import { FAILED_STARTS, isFailedStart } from '../base/logged-faults.ts';
import { GATEWAY, NGINX } from '../systemd/unit-definitions.ts';
import { BACKEND_FAULTS } from './backend-faults.ts';
import { CAUSE_STARTS, failStart, printLogged } from './cause-faults.ts';
import { GATEWAY_BACKENDS, GATEWAY_DEPLOYED, GATEWAY_ENV, GATEWAY_IMAGES } from './gateway-files.ts';
import { SERVICE_FAULTS, without } from './service-faults.ts';
import type { Simulation } from './simulation.ts';

const SITE = '/etc/nginx/sites-available/ada-images';
const CERTIFICATE = '/etc/ssl/certs/server.crt';

/** Certificates as PEM: one that is valid for long, and one for some days. */
export interface LabCertificates {
  readonly own: string;
  readonly endsSoon: string;
}

type Start = (simulation: Simulation, certificates: LabCertificates) => () => void;

/** Faults that are in files of the host: each changes one and returns what takes that back. */
const FILE_FAULTS: Partial<Record<LabFault, Start>> = {
  ...SERVICE_FAULTS,
  ...BACKEND_FAULTS,
  ...CAUSE_STARTS,
  'nginx-short-timeouts': (simulation) =>
    editSite(simulation, (text) => text.replaceAll('proxy_read_timeout 300s;', 'proxy_read_timeout 60s;')),
  'nginx-small-requests': (simulation) => editSite(simulation, (text) => text.replace('client_max_body_size 64m;', '')),
  'nginx-without-websockets': (simulation) => editSite(simulation, (text) => text.replace('proxy_set_header Upgrade $http_upgrade;', '')),
  'nginx-without-models': (simulation) => editSite(simulation, (text) => text.replace('location = /v1/models {', 'location = /models {')),
  'nginx-unrestricted': (simulation) => editSite(simulation, (text) => text.replace('    deny all;\n', '')),
  'nginx-site-broken': (simulation) => editSite(simulation, (text) => text.replace(/\}\n$/, '')),
  'nginx-wrong-port': (simulation) => editSite(simulation, (text) => text.replaceAll('http://127.0.0.1:9091', 'http://127.0.0.1:9191')),
  'nginx-on-loopback': (simulation) => editSite(simulation, (text) => text.replace('listen 0.0.0.0:7860;', 'listen 127.0.0.1:7860;')),
  'nginx-site-twice': ({ files }) => {
    const link = '/etc/nginx/sites-enabled/ada-images.conf';
    files.makeLink(link, SITE, 'root');
    return () => files.put(link, null);
  },
  'gateway-env-mock': (simulation) =>
    editFile(simulation, GATEWAY_ENV, (text) => text.replace('IMAGES_BACKEND=http_openai_images', 'IMAGES_BACKEND=mock')),
  'gateway-request-log-off': (simulation) =>
    editFile(simulation, GATEWAY_ENV, (text) => text.replace('REQUEST_LOG_ENABLED=true', 'REQUEST_LOG_ENABLED=false')),
  'gateway-limit-differs': (simulation) =>
    editFile(simulation, GATEWAY_BACKENDS, (text) => text.replaceAll('concurrency_limits: {images: 2}', 'concurrency_limits: {images: 4}')),
  'gateway-limit-one': (simulation) =>
    editFile(simulation, GATEWAY_BACKENDS, (text) => text.replaceAll('concurrency_limits: {images: 2}', 'concurrency_limits: {images: 1}')),
  'gateway-policy-base64': (simulation) =>
    editFile(simulation, GATEWAY_BACKENDS, (text) =>
      text.replace('    health: {liveness', '    payload_policy: {images_format: b64_json}\n    health: {liveness'),
    ),
  // A deploy copies the list of the source, which lacks the backend.
  'gateway-without-backend': (simulation) => {
    const undo = editFile(simulation, GATEWAY_BACKENDS, (text) => text.replace(/ {2}gpu_heavy:\n(?: {4}.*\n)+/, ''));
    simulation.files.write(GATEWAY_DEPLOYED, Buffer.from('e14b838\n'), { user: 'root', owner: 'gateway', group: 'gateway' });
    return () => {
      undo();
      simulation.files.put(GATEWAY_DEPLOYED, null);
    };
  },
  'gateway-env-missing': (simulation) => without(simulation, [GATEWAY_ENV]),
  'gateway-image-folder-read-only': ({ files }) => {
    const before = files.lstat(GATEWAY_IMAGES, 'root');
    files.put(GATEWAY_IMAGES, { ...before, owner: 'root', group: 'root', mode: 0o755 });
    return () => files.put(GATEWAY_IMAGES, before);
  },
  'gateway-not-at-boot': ({ units }) => {
    const unit = units.units.get(GATEWAY);
    if (unit === undefined) return () => {};
    units.setEnabled(unit, false);
    return () => units.setEnabled(unit, true);
  },
  'nginx-tls': (simulation, { own }) => withCertificate(simulation, own),
  'nginx-certificate-ends-soon': (simulation, { endsSoon }) => withCertificate(simulation, endsSoon),
};

/** Starts a fault of files and services; null = the fault is none of them, or a moment with nothing to take back. */
export function startFileFault(fault: LabFault, simulation: Simulation, certificates: LabCertificates): (() => void) | null {
  if (printLogged(fault, simulation)) return null;
  if (isFailedStart(fault)) return failStart(simulation, FAILED_STARTS[fault].unit);
  return FILE_FAULTS[fault]?.(simulation, certificates) ?? null;
}

/** Changes the text of a file; nothing where there is none. */
export function editFile({ files }: Simulation, path: string, edit: (text: string) => string): () => void {
  const folder = path.slice(0, path.lastIndexOf('/'));
  if (!files.isFolder(folder) || !files.list(folder, 'root').includes(path.slice(folder.length + 1))) return () => {};
  const before = files.lstat(path, 'root');
  files.put(path, { ...before, data: Buffer.from(edit(before.data.toString('utf8'))) });
  return () => files.put(path, before);
}

/** nginx reads its configuration again; a broken one leaves the present one in use. */
function editSite(simulation: Simulation, edit: (text: string) => string): () => void {
  const undo = editFile(simulation, SITE, edit);
  simulation.onReload(NGINX);
  return () => {
    undo();
    simulation.onReload(NGINX);
  };
}

function withCertificate(simulation: Simulation, pem: string): () => void {
  const { files } = simulation;
  files.makeFolder('/etc/ssl/certs', { user: 'root', parents: true });
  files.write(CERTIFICATE, Buffer.from(pem), { user: 'root' });
  const undo = editSite(simulation, (text) =>
    text.replace('    client_max_body_size', `    listen 0.0.0.0:7443 ssl;\n    ssl_certificate ${CERTIFICATE};\n    client_max_body_size`),
  );
  return () => {
    undo();
    files.put(CERTIFICATE, null);
  };
}
