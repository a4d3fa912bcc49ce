import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { PATIENCE } from '../../fixtures/patience.ts';
import { CHECKPOINTS_FOLDER, sizeOf } from '../base/files.ts';
import { bareMachine, run } from '../testing/program.ts';
import type { Machine } from './process.ts';

const URL = 'https://huggingface.co/stable-diffusion-v1-5/stable-diffusion-v1-5/resolve/main/v1-5-pruned-emaonly.safetensors';
const BYTES = 4_265_146_304;
const SHA256 = '6ce0161689b3853acaa03779ec93eafe75a02f4ced659bee03f50797806fa2fa';
const PATH = `${CHECKPOINTS_FOLDER}/v1-5.safetensors`;
const CURL = ['curl', '-fsSL', '-C', '-', '-o', PATH, '-w', '%{http_code}\\n', URL];

let machine: Machine;
let ticker: NodeJS.Timeout;

beforeEach(() => {
  machine = bareMachine({ historyMs: 10_000 });
  let now = 1_795_000_000_000;
  // Twenty times as fast as outside.
  ticker = setInterval(() => {
    now += 200;
    machine.simulation.advanceTo(now);
  }, 10);
});
afterEach(() => clearInterval(ticker));

const held = () => sizeOf(machine.files.stat(PATH, 'operator'));
const free = async () => Number((await run(machine, ['df', '-B1', '--output=avail', '/'])).stdout.split('\n')[1]);

describe('curl on the host', () => {
  it('fetches a checkpoint whose checksum is the published one, and takes the room of it', async () => {
    const before = await free();
    expect(await run(machine, CURL)).toEqual({ exitCode: 0, stdout: '200\n', stderr: '' });
    expect(held()).toBe(BYTES);
    expect(before - (await free())).toBe(BYTES);
    expect((await run(machine, ['sha256sum', PATH])).stdout).toBe(`${SHA256}  ${PATH}\n`);
    expect((await run(machine, ['stat', '-c', '%s', PATH])).stdout).toBe(`${BYTES}\n`);
    expect(machine.simulation.checkpoints()).toContain('v1-5.safetensors');
    // There is nothing left to fetch: the server refuses the range, and curl takes that for an end.
    expect(await run(machine, CURL)).toMatchObject({ exitCode: 0, stdout: '416\n' });
  });

  it('keeps what it has when it is stopped, and goes on from there', async () => {
    const stop = new AbortController();
    const first = run(machine, CURL, { killed: stop.signal });
    await vi.waitUntil(
      () => machine.files.list(CHECKPOINTS_FOLDER, 'operator').includes('v1-5.safetensors') && held() > 500_000_000,
      PATIENCE,
    );
    stop.abort();
    expect((await first).exitCode).toBe(143);
    const kept = held();
    expect(kept).toBeLessThan(BYTES);
    expect((await run(machine, ['sha256sum', PATH])).stdout).not.toContain(SHA256);
    expect(await run(machine, [...CURL, '-w', '%{size_download}'])).toMatchObject({ exitCode: 0, stdout: String(BYTES - kept) });
    expect((await run(machine, ['sha256sum', PATH])).stdout).toContain(SHA256);
  });

  it('shows curl’s meter unless it is told not to', async () => {
    const { stderr } = await run(machine, ['curl', '-o', PATH, URL]);
    expect(stderr).toContain('% Total    % Received % Xferd');
    expect(stderr.split('\r').at(-1)).toMatch(/^100 4067M {2}100 4067M/);
  });

  it.each([
    ['a connection that breaks off', 'download-broken-off', 18],
    ['a disk that is full', 'disk-full', 23],
    ['a repository that wants a login', 'gated-repo', 22],
  ] as const)('fails at %s', async (_what, fault, exitCode) => {
    machine.simulation.faults.add(fault);
    const ran = await run(machine, CURL);
    expect(ran.exitCode).toBe(exitCode);
    expect(ran.stderr).toMatch(new RegExp(`^curl: \\(${exitCode}\\) `));
  });

  it('is let in with a token that comes by stdin', async () => {
    machine.simulation.faults.add('gated-repo');
    const ran = await run(machine, ['curl', '-K', '-', '-fsSLI', URL], { stdin: 'header = "Authorization: Bearer hf_x"\n' });
    expect(ran.stdout).toContain(`x-linked-etag: "${SHA256}"`);
  });

  it('says what it does not find', async () => {
    expect((await run(machine, ['curl', '-fsSL', '-o', PATH, 'https://huggingface.co/none'])).exitCode).toBe(22);
    expect((await run(machine, ['curl', '-fsSL', '-o', PATH, 'https://nowhere.example/x'])).exitCode).toBe(6);
    expect((await run(machine, ['wget', '-q', '-O', PATH, 'https://huggingface.co/none'])).exitCode).toBe(8);
    expect((await run(machine, ['curl', '-fsSL', '-o', '/etc/x.safetensors', URL])).stderr).toContain('Permission denied');
  });
});
