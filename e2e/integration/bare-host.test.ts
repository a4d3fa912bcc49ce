import { decode } from 'fast-png';
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startShim } from '../../ada2/images-shim/testing/running-shim.ts';
import { type BareHost, fileList, holdAptLock, mountSmallDisk, openBareHost } from '../host/bare-host.ts';
import { whyNoRealHost } from '../host/image.ts';

const ROOT = '/var/lib/invokeai';
const PYTHON = `${ROOT}/.venv/bin/python`;
const INVOKEAI = `${ROOT}/.venv/bin/invokeai-web`;
const APT_INSTALL = 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends';
const POLL = { timeout: 60_000 };
/** Argument: URL. Prints how many bytes came. */
const FETCH = 'import sys, urllib.request; print(len(urllib.request.urlopen(sys.argv[1]).read()))';

describe.skipIf(whyNoRealHost() !== null)('the bare host and its mirror', () => {
  let bare: BareHost;
  beforeAll(async () => {
    bare = await openBareHost();
  });
  afterAll(() => bare?.close());

  const run = async (script: string): Promise<string> => (await bare.host.exec('bash', '-ec', script)).trim();
  /** What a script that must fail prints. */
  const failure = (script: string): Promise<string> =>
    run(`if out=$( { ${script}; } 2>&1 ); then echo "it worked" >&2; exit 1; fi; echo "$out"`);
  const logged = (unit: string, text: string): Promise<string> =>
    run(`timeout 60 sh -c "until journalctl -u ${unit} -o cat | grep -qF '${text}'; do sleep 0.1; done"`);
  const json = async (url: string, body?: unknown): Promise<unknown> => {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    return (await fetch(url, body === undefined ? {} : post)).json();
  };
  /** Width and height of an image that our shim gets of a backend. */
  const generated = async (environment: Readonly<Record<string, string>>): Promise<readonly number[]> => {
    const shim = await startShim(environment);
    try {
      const reply: { data: [{ b64_json: string }] } = await (await shim.generate({ prompt: 'a red apple', size: '320x192' })).json();
      const { width, height } = decode(Buffer.from(reply.data[0].b64_json, 'base64'));
      return [width, height];
    } finally {
      await shim.close();
    }
  };
  const pip = (what: string): Promise<string> =>
    run(`${PYTHON} -m pip install -q --index-url ${bare.mirror.pythonIndexUrl} --trusted-host ${bare.mirror.address} ${what}`);

  it('has SSH, sudo, Python and a GPU, and nothing that a recipe installs', async () => {
    expect(await run('systemctl is-active ssh')).toBe('active');
    expect(await run('nvidia-smi -L')).toContain('RTX 6000');
    expect(await run('id -nG panel')).toBe('panel sudo');
    for (const program of ['nginx', 'node', 'git', 'setfacl', 'curl', 'pip3', 'uv', 'invokeai-web'])
      expect(await failure(`command -v ${program}`), program).toBe('');
    expect(await failure('python3 -m venv /tmp/none')).toContain('ensurepip is not');
    expect(fileList(bare.host).filter((path) => /invokeai|comfyui|shim/i.test(path))).toEqual([]);
  });

  it('installs Debian packages of the mirror, and has the same files after their removal', async () => {
    await run('apt-get update -qq');
    const before = fileList(bare.host);
    const release = holdAptLock(bare.host);
    expect(await failure('apt-get install -y -qq acl')).toMatch(
      /lock \/var\/lib\/dpkg\/lock-frontend. It is held by process \d+ \(unattended-upgr\)/,
    );
    release();
    await run(`${APT_INSTALL} nginx-light`);
    expect(await run('systemctl is-active nginx')).toBe('active');
    expect(fileList(bare.host)).toContain('/usr/sbin/nginx');
    await run('DEBIAN_FRONTEND=noninteractive apt-get purge -y -qq --auto-remove nginx-light nginx nginx-common');
    // The purge of nginx leaves its example page, whoever removes it.
    const left = ['/var/www/', '/var/www/html/', '/var/www/html/index.nginx-debian.html'];
    expect(fileList(bare.host)).toEqual([...before, ...left].sort());
  });

  it('installs the stand-in of InvokeAI by pip, with the build of torch that is named', async () => {
    await run(`${APT_INSTALL} python3-venv git`);
    await run(`mkdir -p ${ROOT} && python3 -m venv ${ROOT}/.venv`);
    await pip(`invokeai==6.14.2 --extra-index-url ${bare.mirror.torchIndexUrl('cu128')}`);
    expect(await run(`${INVOKEAI} --version`)).toBe('6.14.2');
    const torch = 'import torch; print(torch.__version__, torch.version.cuda, torch.cuda.is_available())';
    expect(await run(`${PYTHON} -c '${torch}'`)).toBe('2.7.1+cu128 12.8 True');
    expect(await failure(`${INVOKEAI} --host 0.0.0.0`)).toContain('invokeai-web: error: unrecognized arguments: --host 0.0.0.0');
  });

  it('runs it: version, events, a model from the mirror, an image through the shim, and an orderly end at SIGINT', async () => {
    const settings = ['schema_version: 4.0.2', 'host: 0.0.0.0', 'log_format: plain', 'allow_private_download_urls: true'];
    await run(`printf '%s\\n' ${settings.map((line) => `'${line}'`).join(' ')} >${ROOT}/invokeai.yaml`);
    await run(`systemd-run -q --unit=trial -p KillSignal=SIGINT -p RemainAfterExit=yes ${INVOKEAI} --root ${ROOT}`);
    await logged('trial', 'Invoke running on http://0.0.0.0:9090');
    const url = `http://${bare.host.hostName}:9090`;
    await expect.poll(() => json(`${url}/api/v1/app/version`), POLL).toEqual({ version: '6.14.2' });
    const socket = io(url, { path: '/ws/socket.io', transports: ['websocket'] });
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const installed = new Promise((resolve) => socket.once('model_install_complete', resolve));
    const source = bare.mirror.files['v1-5-pruned-emaonly.safetensors'].url;
    await json(`${url}/api/v2/models/install?source=${encodeURIComponent(source)}`, {});
    expect(await installed).toMatchObject({ source: { type: 'url', url: source } });
    socket.close();
    expect(await json(`${url}/api/v2/models/`)).toMatchObject({ models: [{ base: 'sd-1', type: 'main', name: 'v1-5-pruned-emaonly' }] });
    expect(await generated({ SHIM_MODE: 'invokeai_queue', INVOKEAI_BASE_URL: url })).toEqual([320, 192]);
    expect((await fetch(`${url}/healthz`)).headers.get('content-type')).toContain('text/html');
    await run('kill -INT $(systemctl show -P MainPID trial)');
    await expect.poll(() => run('systemctl show -P SubState -P ExecMainStatus trial'), POLL).toBe('0\nexited');
    expect(await run('journalctl -u trial -o cat')).toContain('InvokeAI shutting down...');
    // As the real one does with a file of an older schema.
    expect(await run(`cat ${ROOT}/invokeai.yaml; ls ${ROOT}/invokeai.yaml.bak`)).toContain('schema_version: 4.0.3');
  });

  it('has a release that fails at its start, and one that refuses a key it does not know', async () => {
    await pip('invokeai==6.14.9');
    expect(await failure(`${INVOKEAI} --root ${ROOT}`)).toContain('ImportError');
    await pip('invokeai==6.14.1');
    await run(`mkdir -p /tmp/strict && printf 'schema_version: 4.0.3\\nfuture: 1\\n' >/tmp/strict/invokeai.yaml`);
    expect(await failure(`${INVOKEAI} --root /tmp/strict`)).toContain('Extra inputs are not permitted');
  });

  it('makes an environment by uv, and runs a shallow clone of ComfyUI in it', async () => {
    await pip('uv');
    await run(`${PYTHON} -m uv venv -q /opt/environment`);
    await run(`git -c advice.detachedHead=false clone -q --depth 1 --branch v0.3.64 ${bare.mirror.comfyUiRepository} /opt/ComfyUI`);
    const [python, index] = ['/opt/environment/bin/python', bare.mirror.pythonIndexUrl];
    await run(`${PYTHON} -m uv pip install -q --python ${python} --index-url ${index} -r /opt/ComfyUI/requirements.txt`);
    expect(await run('git -C /opt/ComfyUI describe --tags')).toBe('v0.3.64');
    const checkpoint = 'v1-5-pruned-emaonly.safetensors';
    const download = `import urllib.request; urllib.request.urlretrieve("${bare.mirror.files[checkpoint].url}", "${checkpoint}")`;
    await run(`mkdir -p /opt/ComfyUI/models/checkpoints; cd /opt/ComfyUI/models/checkpoints; python3 -c '${download}'`);
    await run(`systemd-run -q --unit=trial-comfyui ${python} /opt/ComfyUI/main.py --listen 0.0.0.0`);
    await logged('trial-comfyui', 'To see the GUI go to: http://0.0.0.0:8188');
    const url = `http://${bare.host.hostName}:8188`;
    expect(await generated({ SHIM_MODE: 'comfyui', COMFYUI_BASE_URL: url })).toEqual([320, 192]);
    const stats = await json(`${url}/system_stats`);
    expect(stats).toMatchObject({ system: { comfyui_version: '0.3.64', pytorch_version: '2.7.1+cu126' }, devices: [{ type: 'cuda' }] });
  });

  it('breaks off, cannot be reached, and fills a disk when a test wants it', async () => {
    const { mirror, host } = bare;
    const { url, bytes } = mirror.files['sd_xl_base_1.0.safetensors'];
    const fetch = (): Promise<string> => host.exec('python3', '-c', FETCH, url);
    await mirror.fault({ kind: 'breaks-off', afterBytes: 100_000, times: 1 }, 'files');
    await expect(fetch()).rejects.toThrow('IncompleteRead(100000 bytes read');
    expect(await fetch()).toBe(`${bytes}\n`);
    await mirror.fault({ kind: 'unreachable' });
    await expect(fetch()).rejects.toThrow('Connection refused');
    await mirror.fault({ kind: 'slow', bytesPerSecond: 20_000 }, 'files');
    const sent = mirror.whenSent('sd_xl_base_1.0.safetensors', 4_000);
    const slow = fetch();
    await sent;
    await mirror.fault(null);
    expect(await slow).toBe(`${bytes}\n`);
    const disk = mountSmallDisk(host, '/srv/small', 1_000_000);
    disk.fill(8_192);
    expect(await failure('head -c 100000 /dev/zero >/srv/small/file')).toContain('No space left on device');
    disk.free();
    await run('head -c 100000 /dev/zero >/srv/small/file');
    disk.remove();
  });

  it('is reached as before once the host has started again', async () => {
    await bare.host.reboot();
    await expect.poll(() => run('apt-get update 2>&1 | tail -1'), POLL).toContain('Reading package lists');
    expect(await bare.host.exec('python3', '-c', FETCH, `${bare.mirror.pythonIndexUrl}/invokeai/`)).toMatch(/^\d+\n$/);
  });
});

describe.skipIf(whyNoRealHost() !== null)('the bare host of the newer Debian', () => {
  let bare: BareHost;
  beforeAll(async () => {
    bare = await openBareHost('trixie');
  });
  afterAll(() => bare?.close());

  it('has sudo-rs and a Python too new for InvokeAI, which uv replaces by one of the mirror', async () => {
    const { host, mirror } = bare;
    const run = async (script: string): Promise<string> => (await host.exec('bash', '-ec', script)).trim();
    expect(await run('readlink -f $(command -v sudo)')).toBe('/usr/lib/cargo/bin/sudo');
    expect(await run(`echo '${host.password}' | su panel -c 'sudo -S id -u' 2>/dev/null`)).toBe('0');
    await run(`apt-get update -qq; ${APT_INSTALL} nginx-light curl`);
    expect(await run('systemctl is-active nginx')).toBe('active');
    await run(`mkdir /opt/uv; curl -fsS ${mirror.uv.url} | tar -xz -C /opt/uv --strip-components=1`);
    const indexes = `--index ${mirror.torchIndexUrl('cpu')} --default-index ${mirror.pythonIndexUrl}`;
    // uv heeds only the lower bound of a distribution's Requires-Python, so the version has to be named.
    const uv = `UV_PYTHON_DOWNLOADS_JSON_URL=${mirror.pythonDownloadsUrl} /opt/uv/uv`;
    await run(`${uv} venv -q --python 3.11 /opt/own; ${uv} pip install -q --python /opt/own ${indexes} invokeai==6.14.2`);
    expect(await run('python3 -V; /opt/own/bin/python -V')).toMatch(/^Python 3\.13\.\d+\nPython 3\.11\.\d+$/);
    expect(await run('/opt/own/bin/invokeai-web --version')).toBe('6.14.2');
    expect(await run(`/opt/own/bin/python -c 'import torch; print(torch.__version__, torch.cuda.is_available())'`)).toBe('2.7.1+cpu False');
  });
});
