import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findListener, isMlx, isNexa, readLaunchd } from './launchd.ts';

const ANSWER = `domain system
	services = {
		     412      - 	com.nexa.image.server
		       0  (pe) 	com.apple.nexus
		     310     -9 	com.mlx.openai.server
	}
	disabled services = {
		"com.nexa.old" => disabled
	}
domain gui/501
	services = {
		       0      0 	com.ai.helper
	}
plist /Library/LaunchDaemons/com.nexa.image.server.plist
{"Label":"com.nexa.image.server","ProgramArguments":["/opt/nexa/bin/serve","--port","18181"]}
plist /Users/anna/Library/LaunchAgents/com.ai.helper.plist.ada-panel-retired
not json
plist /Library/LaunchAgents/../../etc.plist x
{}`.split('\n');

describe('readLaunchd', () => {
  it('joins services with their property lists, in their domain', () => {
    expect(readLaunchd(ANSWER)).toEqual([
      {
        domain: 'system',
        label: 'com.nexa.image.server',
        isLoaded: true,
        pid: 412,
        plist: '/Library/LaunchDaemons/com.nexa.image.server.plist',
        retiredPlist: null,
        program: ['/opt/nexa/bin/serve', '--port', '18181'],
      },
      { domain: 'system', label: 'com.mlx.openai.server', isLoaded: true, pid: 310, plist: null, retiredPlist: null, program: [] },
      {
        domain: 'gui/501',
        label: 'com.ai.helper',
        isLoaded: true,
        pid: null,
        plist: null,
        retiredPlist: '/Users/anna/Library/LaunchAgents/com.ai.helper.plist',
        program: [],
      },
    ]);
  });

  it('takes any text', () => {
    fc.assert(fc.property(fc.array(fc.string()), (lines) => Array.isArray(readLaunchd(lines))));
  });
});

describe('which service is Nexa', () => {
  const [nexa, mlx, helper] = readLaunchd(ANSWER);
  it.each([
    [nexa, true, false],
    [mlx, false, true],
    [helper, false, false],
  ])('%o', (service, isOne, isOther) => {
    if (service === undefined) throw new Error('not read');
    expect([isNexa(service, null), isMlx(service)]).toEqual([isOne, isOther]);
    // Not even a process on its port makes MLX a service to stop.
    expect(isNexa(service, 310)).toBe(isOne);
  });

  it('reads who listens', () => {
    const lines = ['LISTEN 0 0 127.0.0.1:18181 *:* users:(("nexa",pid=412,fd=0))', 'LISTEN 0 0 *:1818 *:* users:(("other",pid=1,fd=0))'];
    expect(findListener(lines, 18_181)).toEqual({ pid: 412, name: 'nexa' });
    expect(findListener(lines, 8181)).toBeNull();
  });
});
