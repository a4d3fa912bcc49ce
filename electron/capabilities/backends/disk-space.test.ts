import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transport } from '../../foundation/ssh/transport.ts';
import { parseDf, readDisk } from './disk-space.ts';

const HEADER = '      Avail        Used   1B-blocks Mounted on\n';

describe('what df says', () => {
  it('is room, size and where, also with a space in the name', () => {
    // An ext4 with 5 % reserved: free and used are less than the whole.
    expect(parseDf(`${HEADER}651060342784 1216085417984 1967068344320 /\n`)).toEqual({
      freeBytes: 651060342784,
      usedBytes: 1216085417984,
      sizeBytes: 1967068344320,
      path: '/',
    });
    expect(parseDf(`${HEADER}           0    990      1000 /mnt/my models\n`)).toEqual({
      freeBytes: 0,
      usedBytes: 990,
      sizeBytes: 1000,
      path: '/mnt/my models',
    });
  });

  it.each([
    '',
    HEADER,
    `${HEADER}- - - /proc\n`,
    `${HEADER}-5 1 100 /\n`,
    `${HEADER}5 - 100 /\n`,
    'df: /var/lib/invokeai: No such file or directory\n',
    '12 34 /\n',
  ])('is nothing that can be told when it reads %j', (text) => {
    expect(parseDf(text)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), fc.string(), (one, two) => void parseDf(`${one}\n${two}`)));
  });
});

describe('the disk the models lie on', () => {
  const answering = (known: Readonly<Record<string, string>>) => {
    const argvs: (readonly string[])[] = [];
    const exec: Transport['exec'] = async (argv) => {
      argvs.push(argv);
      const stdout = known[argv.at(-1) ?? ''];
      return { exitCode: stdout === undefined ? 1 : 0, signal: null, stdout: stdout ?? '', stderr: '', elapsedMs: 1, truncated: false };
    };
    return { exec, argvs };
  };

  it('is that of the first path there is, and no other is asked', async () => {
    const { exec, argvs } = answering({ '/': `${HEADER}5 4 10 /\n`, '/var/lib/invokeai': `${HEADER}3 5 9 /var\n` });
    expect(await readDisk({ exec }, ['/opt/none', '/var/lib/invokeai', '/'])).toEqual({
      freeBytes: 3,
      usedBytes: 5,
      sizeBytes: 9,
      path: '/var',
    });
    expect(argvs.map((argv) => argv.at(-1))).toEqual(['/opt/none', '/var/lib/invokeai']);
    expect(argvs[0]?.slice(0, -1)).toEqual(['df', '-B1', '--output=avail,used,size,target', '--']);
  });

  it('is not known where df knows none of them', async () => {
    expect(await readDisk({ exec: answering({}).exec }, ['/a', '/b'])).toBeNull();
  });
});
