import { describe, expect, it } from 'vitest';
import { calledPrograms, programsCalledIn } from './called-programs.mjs';
import { ESSENTIAL_PROGRAMS, SYSTEM_PACKAGES } from './system-packages.mjs';

/** Programs of a host that test code names in commands for it; nothing of this machine is called by these names. */
const HOST_PROGRAMS = ['nvidia-smi', 'systemctl', 'journalctl'];
/** Tests that call these are skipped where they are missing: their packages start a server when they are installed. */
const OPTIONAL_PROGRAMS = ['nginx'];

const called = calledPrograms();

describe('the list of system packages', () => {
  it('holds every program that a test starts', () => {
    const provided = new Set([
      ...SYSTEM_PACKAGES.flatMap(({ programs }) => programs),
      ...ESSENTIAL_PROGRAMS,
      ...HOST_PROGRAMS,
      ...OPTIONAL_PROGRAMS,
    ]);
    const missing = [...called].filter(([program]) => !provided.has(program));
    const advice = missing.map(
      ([program, files]) =>
        `${program} (${files.join(', ')}): add the Debian package that has it to SYSTEM_PACKAGES in scripts/system-packages.mjs, or, if it runs on a test host only, its name to HOST_PROGRAMS here`,
    );
    expect(advice).toEqual([]);
  });

  it('sees what the tests are known to start, so that an empty answer is no pass', () => {
    expect([...called.keys()]).toEqual(expect.arrayContaining(['ssh-keygen', 'sshd', 'systemd-nspawn', 'ip', 'curl', 'debootstrap']));
  });

  it.each([
    [`execFileSync('openssl', ['x509'])`, ['openssl']],
    [`const TOOL = '/usr/sbin/visudo'; spawnSync(TOOL, ['-c']);`, ['visudo']],
    [`execSync('git status --short')`, ['git']],
    ['execSync(`nft -f ${file}`)', ['nft']],
    [`must(isNew ? 'socat' : 'nc', [])`, ['socat', 'nc']],
    [`await exec(['jq', '.x'])`, ['jq']],
    [`transport.exec(['nvidia-smi'])`, []],
    [`spawn(process.execPath, [])`, []],
  ])('reads %s', (text, programs) => {
    expect([...programsCalledIn(text)]).toEqual(programs);
  });

  it('names each package and each program once', () => {
    const names = SYSTEM_PACKAGES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const programs = SYSTEM_PACKAGES.flatMap((entry) => entry.programs);
    expect(new Set(programs).size).toBe(programs.length);
    expect(programs.filter((program) => ESSENTIAL_PROGRAMS.includes(program))).toEqual([]);
  });
});
