import { isIP } from 'node:net';
import { DEFAULT_PORTS } from '../../../../shared/default-ports.ts';
import { checkedAddress, checkedCidr, checkedPath, checkedPort, checkedServerName, checkedSize } from './checked-words.ts';
import { INSTALLED_COMMENT } from './text.ts';

export interface NginxSiteParameters {
  /** Addresses to listen on: `127.0.0.1`, one of the host's own, `0.0.0.0` or `::` for all. */
  readonly listen: readonly string[];
  readonly port: number;
  readonly serverNames: readonly string[];
  /** Networks that may use it, as addresses or CIDRs; empty = all. Loopback always may, and `/healthz` answers everyone. */
  readonly allow: readonly string[];
  /** What `/` leads to: the user interface of the backend, or nothing. */
  readonly ui: 'invokeai' | 'comfyui' | 'none';
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  /**
   * Path of the file of names and passwords for the user interface; null = no password. Not together with InvokeAI's own login, which uses the
   * same header.
   */
  readonly htpasswd: string | null;
  /** Such as `100m`; 0 = no limit. */
  readonly maxBodySize: string;
  readonly shimPort: number;
  readonly uiPort: number | null;
}

export const NGINX_SITE_DEFAULTS: NginxSiteParameters = {
  listen: ['127.0.0.1'],
  port: DEFAULT_PORTS.nginx,
  serverNames: ['_'],
  allow: [],
  ui: 'invokeai',
  tls: null,
  htpasswd: null,
  maxBodySize: '100m',
  shimPort: DEFAULT_PORTS.shim,
  uiPort: null,
};

/** Time for an image, and for a question that has to be answered at once. */
const IMAGE_TIMEOUT = '300s';
const QUICK_TIMEOUT = '5s';
const MODELS_TIMEOUT = '30s';

/**
 * The site in front of the images shim and the user interface, for nginx 1.18 and newer. The only name that it leaves at the level of `http` is
 * `$ada_images_connection`. Errors: `setup-bad-parameter` for a parameter that cannot stand in a configuration.
 */
export function renderNginxSite(parameters: NginxSiteParameters): string {
  const { tls, htpasswd, ui, allow } = parameters;
  const shim = `http://127.0.0.1:${checkedPort('The port of the shim', parameters.shimPort)}`;
  const uiPort = parameters.uiPort ?? (ui === 'comfyui' ? DEFAULT_PORTS.comfyui : DEFAULT_PORTS.invokeai);
  const names = parameters.serverNames.map((name) => checkedServerName('A server name', name));
  const timeouts = (time: string): string[] => [
    `proxy_connect_timeout ${QUICK_TIMEOUT};`,
    `proxy_send_timeout ${time};`,
    `proxy_read_timeout ${time};`,
  ];
  const lines = [
    INSTALLED_COMMENT,
    ...(ui === 'none' ? [] : block('map $http_upgrade $ada_images_connection', ['default upgrade;', '"" close;'])),
    ...(ui === 'none' ? [] : ['']),
    ...block('server', [
      ...parameters.listen.map(
        (address) => `listen ${listenAddress(address)}:${checkedPort('The port', parameters.port)}${tls === null ? '' : ' ssl'};`,
      ),
      `server_name ${names.length === 0 ? '_' : names.join(' ')};`,
      ...(tls === null
        ? []
        : [
            `ssl_certificate ${checkedPath('The certificate', tls.certificate)};`,
            `ssl_certificate_key ${checkedPath('The key', tls.key)};`,
            'ssl_protocols TLSv1.2 TLSv1.3;',
          ]),
      `client_max_body_size ${checkedSize('The largest request', parameters.maxBodySize)};`,
      ...(allow.length === 0 ? [] : ['', ...access(allow)]),
      '',
      'proxy_http_version 1.1;',
      'proxy_set_header Host $http_host;',
      'proxy_set_header X-Real-IP $remote_addr;',
      'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
      'proxy_set_header X-Forwarded-Proto $scheme;',
      '',
      '# nginx alone: says nothing about the programs behind it.',
      ...block('location = /healthz', ['access_log off;', 'default_type text/plain;', 'return 200 "ok\\n";']),
      '',
      '# The shim asks its backend, so that this says whether an image can be made now.',
      ...block('location = /readyz', ['access_log off;', `proxy_pass ${shim};`, ...timeouts(QUICK_TIMEOUT)]),
      '',
      ...block('location = /v1/images/generations', [
        `proxy_pass ${shim};`,
        ...timeouts(IMAGE_TIMEOUT),
        'proxy_buffering off;',
        'proxy_request_buffering off;',
      ]),
      '',
      ...block('location = /v1/models', [`proxy_pass ${shim};`, ...timeouts(MODELS_TIMEOUT)]),
      '',
      ...block('location /v1/models/', [`proxy_pass ${shim};`, ...timeouts(MODELS_TIMEOUT)]),
      '',
      '# Other paths of the Images API end here: the user interface would answer them with a page and status 200, as if they worked.',
      ...block('location /v1/', [
        'default_type application/json;',
        `return 404 '{"error":{"message":"Not found","type":"invalid_request_error","code":"not_found"}}\\n';`,
      ]),
      '',
      ...(ui === 'none'
        ? block('location /', ['return 404;'])
        : block('location /', [
            ...(htpasswd === null ? [] : ['auth_basic "Images";', `auth_basic_user_file ${checkedPath('The password file', htpasswd)};`]),
            `proxy_pass http://127.0.0.1:${checkedPort('The port of the user interface', uiPort)};`,
            '# A header set here replaces all those of the server.',
            'proxy_set_header Host $http_host;',
            'proxy_set_header X-Real-IP $remote_addr;',
            'proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;',
            'proxy_set_header X-Forwarded-Proto $scheme;',
            'proxy_set_header Upgrade $http_upgrade;',
            'proxy_set_header Connection $ada_images_connection;',
            ...(htpasswd === null ? [] : ['# The password is for nginx alone.', 'proxy_set_header Authorization "";']),
            ...timeouts(IMAGE_TIMEOUT),
            'proxy_buffering off;',
            'proxy_request_buffering off;',
          ])),
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * The text of a site of {@link renderNginxSite} whose `/` leads to the other backend; everything else stays as it is. A site without a user
 * interface stays whole.
 */
export function editNginxUi(site: string, ui: 'invokeai' | 'comfyui'): string {
  let isRoot = false;
  return site
    .split('\n')
    .map((line) => {
      if (/^ {4}\S/.test(line)) isRoot = line === '    location / {';
      return isRoot && UI_PASS.test(line) ? `        proxy_pass http://127.0.0.1:${DEFAULT_PORTS[ui]};` : line;
    })
    .join('\n');
}

const UI_PASS = /^ {8}proxy_pass http:\/\/127\.0\.0\.1:\d{1,5};$/;

const block = (head: string, lines: readonly string[]): string[] => [
  `${head} {`,
  ...lines.map((line) => (line === '' ? '' : `    ${line}`)),
  '}',
];

function access(networks: readonly string[]): string[] {
  const allowed = [...new Set(['127.0.0.1', '::1', ...networks.map((network) => checkedCidr('An allowed network', network))])];
  return [...allowed.map((network) => `allow ${network};`), 'deny all;'];
}

const listenAddress = (address: string): string => {
  const checked = checkedAddress('An address to listen on', address);
  return isIP(checked) === 6 ? `[${checked}]` : checked;
};
