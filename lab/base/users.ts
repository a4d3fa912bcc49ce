/** A user of the simulated host, with the fields of passwd(5). */
export interface LabAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

const NOLOGIN = '/usr/sbin/nologin';
const FIRST_SYSTEM_ID = 999;
const SYSTEM_GROUPS: Readonly<Record<string, number>> = {
  root: 0,
  adm: 4,
  sudo: 27,
  'www-data': 33,
  nogroup: 65534,
  'systemd-journal': 999,
};

/** Users and groups of the simulated host. */
export class Users {
  readonly #accounts = new Map<string, LabAccount>();
  readonly #groups = new Map<string, { readonly gid: number; readonly members: Set<string> }>();

  constructor() {
    for (const [name, gid] of Object.entries(SYSTEM_GROUPS)) this.#groups.set(name, { gid, members: new Set() });
    const put = (account: LabAccount): void => {
      if (!this.#groups.has(account.name)) this.#groups.set(account.name, { gid: account.gid, members: new Set() });
      this.#accounts.set(account.name, account);
    };
    put({ name: 'root', uid: 0, gid: 0, home: '/root', shell: '/bin/bash' });
    put({ name: 'www-data', uid: 33, gid: 33, home: '/var/www', shell: NOLOGIN });
    put({ name: 'nobody', uid: 65534, gid: 65534, home: '/nonexistent', shell: NOLOGIN });
    put({ name: 'operator', uid: 1000, gid: 1000, home: '/home/operator', shell: '/bin/bash' });
  }

  find(name: string): LabAccount | null {
    return this.#accounts.get(name) ?? null;
  }

  hasGroup(name: string): boolean {
    return this.#groups.has(name);
  }

  groupIdOf(name: string): number {
    return this.#groups.get(name)?.gid ?? 65534;
  }

  /** Names of the groups of a user, the own one first. */
  groupsOf(name: string): readonly string[] {
    const account = this.#accounts.get(name);
    if (account === undefined) return [];
    const own = [...this.#groups].find(([, { gid }]) => gid === account.gid)?.[0] ?? name;
    const others = [...this.#groups].filter(([group, { members }]) => group !== own && members.has(name));
    return [own, ...others.sort(([, one], [, other]) => one.gid - other.gid).map(([group]) => group)];
  }

  /** A system user with a group of its name; false = the name is taken. */
  addSystemUser(name: string, home: string, shell: string = NOLOGIN): boolean {
    if (this.#accounts.has(name) || this.#groups.has(name)) return false;
    const taken = new Set([...this.#accounts.values()].flatMap(({ uid, gid }) => [uid, gid]));
    for (const { gid } of this.#groups.values()) taken.add(gid);
    let id = FIRST_SYSTEM_ID;
    while (taken.has(id)) id -= 1;
    this.#groups.set(name, { gid: id, members: new Set() });
    this.#accounts.set(name, { name, uid: id, gid: id, home, shell });
    return true;
  }

  /** False = there is no such group. */
  addToGroup(user: string, group: string): boolean {
    return this.#groups.get(group)?.members.add(user) !== undefined;
  }

  /** False = the user was not in the group. */
  removeFromGroup(user: string, group: string): boolean {
    return this.#groups.get(group)?.members.delete(user) === true;
  }
}
