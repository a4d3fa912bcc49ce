import { describe, expect, it } from 'vitest';
import { parseHostFacts } from './parse-facts.ts';

describe('host facts', () => {
  it('reads what the script prints', () => {
    const facts = parseHostFacts(
      'clock=1000.500000000\nkernel=6.8.0-45\nos=Ubuntu 24.04 LTS\nboot=abc\nuptime=3600.12\ncpus=32\nmemtotalkib=131072000\nrootsize=100\nrootavail=40\nsystemd=255\nuser=operator\ngroups=operator adm sudo\n',
      1_000_000,
      1_000_200,
    );
    expect(facts).toMatchObject({
      kernel: '6.8.0-45',
      osName: 'Ubuntu 24.04 LTS',
      uptimeS: 3600.12,
      memoryTotalMiB: 128000,
      groups: ['operator', 'adm', 'sudo'],
      clockOffsetMs: 400,
    });
  });

  it('leaves unknown what the host did not say', () => {
    const facts = parseHostFacts('kernel=\nuptime=garbage\nmotd = hello\n', 0, 0);
    expect(facts).toMatchObject({ kernel: null, uptimeS: null, clockOffsetMs: null, cpuCount: null, groups: [] });
  });
});
