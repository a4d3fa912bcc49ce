import { describe, expect, it } from 'vitest';
import { parseAnswers } from '../../foundation/host-reader/answers.ts';
import { cleanDocuments, hostDocuments, type RawDocument } from './documents.ts';
import { readForBundle } from './readings.ts';

const SECRET = 'Zk3vQ9xW7tR2mN5p';
const file = (path: string, text: string, size = text.length): string =>
  `\u001efile ${path} 262144 ok\n644 root root ${size} 1764277455.000000 regular file\n${Buffer.from(text).toString('base64')}\n`;

/** A host that answers each command with what the test gives it. */
function host(answer: (requests: readonly string[], command: number) => string) {
  const commands: string[][] = [];
  return {
    commands,
    exec: async (_argv: readonly string[], options: { readonly stdin?: string | Buffer } = {}) => {
      const requests = String(options.stdin).trim().split('\n');
      commands.push(requests);
      return { stdout: answer(requests, commands.length), stderr: '', exitCode: 0, signal: null, truncated: false, elapsedMs: 1 };
    },
  };
}

describe('reading a host for a bundle', () => {
  it('takes three commands: units, their files, and what those name', async () => {
    const transport = host((requests, command) =>
      command === 1
        ? `\u001eunits a.service ok\nId=a.service\nFragmentPath=/etc/systemd/system/a.service\nDropInPaths=/etc/systemd/system/a.service.d/x.conf /etc/systemd/system/a.service.d/y.conf\n\u001elist /etc/nginx/sites-enabled ok\nimages\n`
        : command === 2
          ? `${file('/etc/systemd/system/a.service', '[Service]\nEnvironmentFile=-/srv/a.env\nEnvironment=INVOKEAI_ROOT=/srv/invokeai\n')}\u001efile /etc/nginx/sites-enabled/images 262144 ok\n777 root root 5 1764277455.000000 symbolic link\n../sites-available/images\n`
          : requests.map((request) => `\u001e${request} absent\n`).join(''),
    );
    const { paths, failure } = await readForBundle(transport, ['a.service']);
    expect(failure).toBeNull();
    expect(transport.commands).toHaveLength(3);
    expect(paths).toEqual(
      expect.arrayContaining([
        '/etc/systemd/system/a.service.d/y.conf',
        '/srv/a.env',
        '/srv/invokeai/invokeai.yaml',
        '/etc/nginx/sites-enabled/../sites-available/images',
      ]),
    );
  });

  it('goes on with what it has where a command fails', async () => {
    let commands = 0;
    const readings = await readForBundle(
      {
        exec: async () => {
          commands += 1;
          throw new Error('connection lost');
        },
      },
      ['a.service', '--bad name'],
    );
    expect(commands).toBe(1);
    const { missing, documents } = hostDocuments(readings);
    expect(missing).toContain('Part of the host: connection lost');
    expect(missing).toContain('Log of a.service: the host did not answer');
    expect(documents.map(({ path }) => path)).toEqual(['host/system.txt']);
  });

  it('names what may not be read, and is silent about programs that are not there', () => {
    const answers = parseAnswers(
      `\u001efile /etc/a 262144 denied\n600 root root 5 1764277455.000000 regular file\n\u001efile /var/lib/gateway/app/.env 262144 absent\n\u001efile /srv/x.env 262144 absent\n${file('/srv/big', 'x', 300_000)}\u001elog a.service 60 5000 denied\n`,
    );
    const paths = ['/etc/a', '/var/lib/gateway/app/.env', '/srv/x.env', '/srv/big'];
    const { missing } = hostDocuments({ units: ['a.service'], paths, answers, hostKinds: [], failure: null });
    expect(missing).toEqual([
      'State of the services: the host did not answer',
      '/etc/a: your login may not read it',
      '/srv/x.env: there is no such file',
      '/srv/big: it is larger than is read (293.0 KiB)',
      'Log of a.service: your login may not read it',
      'Kernel log: the host did not answer',
      'Request log of the gateway: the host did not answer',
    ]);
  });
});

describe('the files of a bundle', () => {
  const raw = (path: string, text: string, kind: RawDocument['kind'] = 'log'): RawDocument => ({
    path,
    group: 'logs',
    about: path,
    text,
    kind,
  });
  const between = async (): Promise<void> => {};

  it('lose a secret that another one shows, also in their names', async () => {
    const { files, missing } = await cleanDocuments(
      [raw('configuration/etc/x.env', `API_TOKEN=${SECRET}`, 'settings'), raw(`logs/${SECRET}.log`, `with ${SECRET}`)],
      [`/var/${SECRET}: absent`],
      { known: [], withPrompts: false, between },
    );
    expect(JSON.stringify([files, missing])).not.toContain(SECRET);
    expect(files.map(({ path }) => path)).toEqual(['configuration/etc/x.env', 'logs/removed.log', 'not-read.txt']);
  });

  it('stay in the archive, each under its own name', async () => {
    const { files } = await cleanDocuments([raw('../../a', '1'), raw('a', '2'), raw('./', '3')], [], {
      known: [],
      withPrompts: false,
      between,
    });
    expect(files.map(({ path }) => path)).toEqual(['a', 'a-2', 'file']);
  });
});
