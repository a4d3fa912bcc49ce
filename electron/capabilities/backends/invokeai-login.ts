import { z } from 'zod';
import type { InvokeAiLoginState } from '../../../shared/capabilities/models/contract.ts';
import { createEmitter } from '../../../shared/emitter.ts';
import { hasCode, PanelException } from '../../../shared/errors.ts';
import { isRecord } from '../../../shared/record.ts';
import type { Reply } from '../../foundation/http/client.ts';
import type { SecretStore } from '../../foundation/secret-store.ts';
import type { RunningLab } from '../running-lab.ts';
import { adminNeededError, loginNeededError, loginRefusedError, setupNeededError } from './errors.ts';
import { type BackendRequest, type JsonClient, jsonOf, messageOf } from './json-client.ts';
import { textOf } from './values.ts';

const SavedLogin = z.object({
  /** Where the login was made: a token for one server is never sent to another. */
  place: z.string(),
  email: z.string(),
  token: z.string(),
  /** Saved only when the operator chose to; renews an expired token. */
  password: z.string().nullable(),
  isAdmin: z.boolean(),
});
type SavedLogin = z.infer<typeof SavedLogin>;

/** Where a login is saved: one text per host, in the keyring. */
export interface LoginStore {
  read(): string | null;
  write(text: string | null): void;
}

const nameOf = (hostId: string): string => `invokeai-login:${hostId}`;

export function loginInKeyring(hostId: string, secrets: SecretStore): LoginStore {
  return {
    read: () => secrets.read(nameOf(hostId)),
    write: (text) => (text === null ? secrets.forget(nameOf(hostId)) : secrets.write(nameOf(hostId), text)),
  };
}

/** The host was removed: a later one of the same id is another machine. */
export function forgetLogin(hostId: string, secrets: SecretStore): void {
  loginInKeyring(hostId, secrets).write(null);
}

/** Of each running lab. */
const ofLabs = new WeakMap<RunningLab, LoginStore>();

/** The login of the lab's InvokeAI lasts as long as the lab. */
export function loginOfLab(lab: RunningLab): LoginStore {
  const store = ofLabs.get(lab) ?? loginInMemory();
  ofLabs.set(lab, store);
  return store;
}

/** For the lab and for tests: forgotten with the process. */
export function loginInMemory(): LoginStore {
  let stored: string | null = null;
  return {
    read: () => stored,
    write: (text) => {
      stored = text;
    },
  };
}

/** The login of an InvokeAI in multi-user mode (6.12 and newer), and a client that sends it along. */
export interface InvokeAiLogin {
  /** Sends the token, renews it on 401, and throws invokeai-login-needed, invokeai-setup-needed or invokeai-admin-needed. */
  readonly client: JsonClient;
  state(): InvokeAiLoginState;
  token(): string | null;
  /** Asks InvokeAI whether it has logins. Never throws: what cannot be asked stays as it was. */
  check(signal: AbortSignal): Promise<void>;
  /** Throws invokeai-login-refused and what the client throws. */
  logIn(o: { readonly email: string; readonly password: string; readonly isPasswordSaved: boolean }): Promise<void>;
  logOut(): void;
  onChange(listener: () => void): () => void;
}

/** `client` sends no login; `place` names where it leads. */
export function createInvokeAiLogin(o: {
  readonly client: JsonClient;
  readonly place: () => string;
  readonly store: LoginStore;
}): InvokeAiLogin {
  const changes = createEmitter();
  let multiuser: { readonly place: string; readonly isOn: boolean; readonly needsSetup: boolean } | null = null;
  let refusedToken: string | null = null;
  let renewing: Promise<boolean> | null = null;

  const saved = (): SavedLogin | null => {
    const login = readSaved(o.store.read());
    return login !== null && login.place === o.place() ? login : null;
  };
  const token = (): string | null => {
    const found = saved()?.token ?? null;
    return found === refusedToken ? null : found;
  };
  const save = (login: SavedLogin | null): void => {
    o.store.write(login === null ? null : JSON.stringify(login));
    changes.emit();
  };
  const check = async (signal?: AbortSignal): Promise<void> => {
    const place = o.place();
    const status = await o.client.json({ path: '/api/v1/auth/status', ...(signal === undefined ? {} : { signal }) }).then(
      (document) => (isRecord(document) ? document : {}),
      (thrown: unknown) =>
        thrown instanceof PanelException && /-(refused|no-such-path)$/.test(thrown.panelError.code) ? { multiuser_enabled: false } : null,
    );
    if (status === null) return;
    const { multiuser_enabled: isOn, setup_required: needsSetup } = status as { multiuser_enabled?: unknown; setup_required?: unknown };
    multiuser = { place, isOn: isOn === true, needsSetup: needsSetup === true };
  };
  const mode = (): typeof multiuser => (multiuser?.place === o.place() ? multiuser : null);

  const enter = async (email: string, password: string, isPasswordSaved: boolean): Promise<SavedLogin> => {
    const path = '/api/v1/auth/login';
    const place = o.place();
    const reply = await o.client.request({ method: 'POST', path, body: { email, password, remember_me: true } });
    if (reply.status === 401 || reply.status === 403) throw loginRefusedError(reply);
    const document = jsonOf(reply, o.client.peer, path);
    const fresh = isRecord(document) ? textOf(document['token']) : null;
    if (fresh === null || !isRecord(document)) throw loginRefusedError(reply);
    const user = isRecord(document['user']) ? document['user'] : {};
    return { place, email, token: fresh, password: isPasswordSaved ? password : null, isAdmin: user['is_admin'] === true };
  };
  /** True when there is a token other than `used`. */
  const renew = async (used: string | null): Promise<boolean> => {
    const login = saved();
    if (login === null) return false;
    if (login.token !== used && login.token !== refusedToken) return true;
    if (login.password === null) return false;
    const { email, password } = login;
    try {
      save(await enter(email, password, true));
      return true;
    } catch (thrown) {
      // A password that was changed is not tried again.
      if (thrown instanceof PanelException && hasCode(thrown.panelError, 'invokeai-login-refused')) save({ ...login, password: null });
      else throw thrown;
      return false;
    }
  };
  const send = async (request: (headers: Readonly<Record<string, string>>) => Promise<Reply>): Promise<Reply> => {
    const used = token();
    const reply = await request(bearer(used));
    const fresh = reply.headers['x-refreshed-token'];
    const login = saved();
    if (fresh !== undefined && login !== null && login.token === used) o.store.write(JSON.stringify({ ...login, token: fresh }));
    if (reply.status === 403 && /admin/i.test(messageOf(reply.body))) throw adminNeededError(saved()?.email ?? null);
    if (reply.status !== 401) return reply;
    await check();
    // A proxy has its own login.
    if (mode()?.isOn !== true) return reply;
    renewing ??= renew(used).finally(() => {
      renewing = null;
    });
    if (await renewing) {
      const again = await request(bearer(token()));
      if (again.status !== 401) return again;
    }
    refusedToken = saved()?.token ?? null;
    changes.emit();
    throw mode()?.needsSetup === true ? setupNeededError() : loginNeededError();
  };

  const { client } = o;
  const request = (wanted: BackendRequest): Promise<Reply> =>
    send((headers) => client.request({ ...wanted, headers: { ...wanted.headers, ...headers } }));
  return {
    client: {
      peer: client.peer,
      get http() {
        return {
          request: (wanted: Parameters<JsonClient['http']['request']>[0]) =>
            send((headers) => client.http.request({ ...wanted, headers: { ...wanted.headers, ...headers } })),
          dropIdle: () => client.http.dropIdle(),
          close: () => client.http.close(),
        };
      },
      request,
      json: async (wanted) => jsonOf(await request(wanted), client.peer, wanted.path),
      close: () => client.close(),
    },
    token,
    check,
    state: () => {
      const known = mode();
      const login = saved();
      if (known === null) return { kind: 'unknown', email: null, isAdmin: null };
      if (!known.isOn) return { kind: 'not-needed', email: null, isAdmin: null };
      if (login === null || token() === null) return { kind: 'needed', email: login?.email ?? null, isAdmin: null };
      return { kind: 'logged-in', email: login.email, isAdmin: login.isAdmin };
    },
    logIn: async ({ email, password, isPasswordSaved }) => {
      const login = await enter(email, password, isPasswordSaved);
      refusedToken = null;
      // Only a server with logins hands out a token.
      multiuser = { place: login.place, isOn: true, needsSetup: false };
      save(login);
    },
    logOut: () => save(null),
    onChange: changes.on,
  };
}

const bearer = (token: string | null): Readonly<Record<string, string>> => (token === null ? {} : { authorization: `Bearer ${token}` });

function readSaved(text: string | null): SavedLogin | null {
  if (text === null) return null;
  try {
    const read = SavedLogin.safeParse(JSON.parse(text));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}
