import { Agent } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LAB_ADMIN, LAB_USER } from '../../../lab/invokeai/accounts.ts';
import { type Lab, startLab } from '../../../lab/lab.ts';
import { answerJson, startTryServer } from '../../../lab/testing/server.ts';
import { toPanelError } from '../../../shared/errors.ts';
import { INVOKEAI_PEER } from './invokeai.ts';
import { createInvokeAiLogin, type InvokeAiLogin, type LoginStore, loginInMemory } from './invokeai-login.ts';
import { createJsonClient, type JsonClient } from './json-client.ts';

const LIST = '/api/v2/models/';
let lab: Lab;
let client: JsonClient;

beforeAll(async () => {
  lab = await startLab();
  lab.break('nobody-else');
  client = createJsonClient({ peer: INVOKEAI_PEER, port: lab.portOf(9090) ?? 0, agent: new Agent({ keepAlive: true }) });
});
afterAll(async () => {
  client.close();
  await lab.close();
});
afterEach(() => {
  lab.repair('invokeai-multiuser');
  lab.repair('invokeai-without-admin');
});

function open(store: LoginStore = loginInMemory(), place = 'here'): InvokeAiLogin {
  return createInvokeAiLogin({ client, place: () => place, store });
}
const failure = (work: Promise<unknown>) => work.then(() => null, toPanelError);
const wanted = ({ email, password }: typeof LAB_ADMIN, isPasswordSaved = false) => ({ email, password, isPasswordSaved });

describe('an InvokeAI without logins', () => {
  it('is asked without a token, and says so', async () => {
    const login = open();
    expect(login.state()).toMatchObject({ kind: 'unknown' });
    await login.check(new AbortController().signal);
    expect(login.state()).toMatchObject({ kind: 'not-needed' });
    expect(await login.client.json({ path: LIST })).toHaveProperty('models');
    expect(await failure(login.logIn(wanted(LAB_ADMIN)))).toMatchObject({
      code: 'invokeai-login-refused',
      message: expect.stringContaining('Multiuser mode is disabled'),
    });
  });
});

describe('an InvokeAI with logins', () => {
  it('is named by its own code, and not as a riddle of status 401', async () => {
    lab.break('invokeai-multiuser');
    const login = open();
    expect(await failure(login.client.json({ path: LIST }))).toMatchObject({ code: 'invokeai-login-needed', layer: 'backend' });
    expect(login.state()).toEqual({ kind: 'needed', email: null, isAdmin: null });
    lab.break('invokeai-without-admin');
    expect(await failure(login.client.json({ path: LIST }))).toMatchObject({ code: 'invokeai-setup-needed' });
  });

  it('is used with an account, also by the next start of the panel, and never by another address', async () => {
    lab.break('invokeai-multiuser');
    const store = loginInMemory();
    const login = open(store);
    await login.client.json({ path: LIST }).catch(() => undefined);
    await login.logIn(wanted(LAB_ADMIN));
    expect(await login.client.json({ path: LIST })).toHaveProperty('models');
    expect(await login.client.http.request({ path: LIST, timeoutMs: 60_000, maxBytes: 1e7 })).toMatchObject({ status: 200 });
    expect(login.state()).toEqual({ kind: 'logged-in', email: LAB_ADMIN.email, isAdmin: true });
    // Not asked for, so not saved.
    expect(store.read()).not.toContain(LAB_ADMIN.password);
    expect(open(store).token()).not.toBeNull();
    expect(open(store, 'elsewhere').token()).toBeNull();
    login.logOut();
    expect(store.read()).toBeNull();
    expect(login.state()).toMatchObject({ kind: 'needed' });
  });

  it('refuses a wrong password in its own words, and stores nothing', async () => {
    lab.break('invokeai-multiuser');
    const store = loginInMemory();
    expect(await failure(open(store).logIn({ ...wanted(LAB_ADMIN), password: 'wrong-one' }))).toMatchObject({
      code: 'invokeai-login-refused',
      message: 'InvokeAI refused the login: Incorrect email or password.',
    });
    expect(store.read()).toBeNull();
  });

  it('renews an expired token by the saved password, once for many requests; without one it asks again', async () => {
    lab.break('invokeai-multiuser');
    const saving = open();
    await saving.logIn(wanted(LAB_ADMIN, true));
    const before = saving.token();
    lab.simulation.invokeai.accounts.expire();
    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => saving.client.json({ path: LIST })));
    expect(replies).toHaveLength(5);
    expect(saving.token()).not.toBe(before);

    const forgetting = open();
    await forgetting.logIn(wanted(LAB_ADMIN));
    lab.simulation.invokeai.accounts.expire();
    expect(await failure(forgetting.client.json({ path: LIST }))).toMatchObject({ code: 'invokeai-login-needed' });
    expect(forgetting.state()).toEqual({ kind: 'needed', email: LAB_ADMIN.email, isAdmin: null });
    expect(forgetting.token()).toBeNull();
    await forgetting.logIn(wanted(LAB_ADMIN));
    expect(await forgetting.client.json({ path: LIST })).toHaveProperty('models');
  });

  it('says that an account is no administrator, where that is what is missing', async () => {
    lab.break('invokeai-multiuser');
    const login = open();
    await login.logIn(wanted(LAB_USER));
    expect(await login.client.json({ path: LIST })).toHaveProperty('models');
    expect(await failure(login.client.json({ path: '/api/v2/models/install' }))).toMatchObject({
      code: 'invokeai-admin-needed',
      message: `InvokeAI allows this to administrators only, and ${LAB_USER.email} is not one.`,
    });
    expect(login.state()).toMatchObject({ kind: 'logged-in', isAdmin: false });
  });
});

describe('a 401 that is not InvokeAI’s', () => {
  it('stays what it is: a proxy asks for logins of its own', async () => {
    const proxy = await startTryServer((_asked, response) => answerJson(response, { detail: 'proxy login' }, 401));
    const through = createJsonClient({ peer: INVOKEAI_PEER, port: proxy.port, agent: new Agent({ keepAlive: true }) });
    const login = createInvokeAiLogin({ client: through, place: () => 'proxy', store: loginInMemory() });
    expect(await failure(login.client.json({ path: LIST }))).toMatchObject({ code: 'invokeai-refused', facts: { status: '401' } });
    through.close();
    proxy.close();
  });

  it('a newer token that a reply brings replaces the saved one', async () => {
    const server = await startTryServer(({ path }, response) => {
      if (path.endsWith('/login')) return answerJson(response, { token: 'first', user: { is_admin: true }, expires_in: 1 });
      if (path.endsWith('/status')) return answerJson(response, { multiuser_enabled: true, setup_required: false });
      response.setHeader('X-Refreshed-Token', 'second');
      answerJson(response, {});
    });
    const direct = createJsonClient({ peer: INVOKEAI_PEER, port: server.port, agent: new Agent({ keepAlive: true }) });
    const login = createInvokeAiLogin({ client: direct, place: () => 'here', store: loginInMemory() });
    await login.logIn(wanted(LAB_ADMIN));
    expect(login.token()).toBe('first');
    await login.client.json({ method: 'POST', path: LIST });
    expect(login.token()).toBe('second');
    direct.close();
    server.close();
  });
});
