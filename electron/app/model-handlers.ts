import type { ModelsState } from '../../shared/capabilities/models/contract.ts';
import type { CallName, Handlers } from '../../shared/contract/index.ts';
import { NO_MODELS } from '../../shared/nothing-yet.ts';
import type { Hosts } from './hosts.ts';
import type { HostSession } from './session.ts';

type ModelHandlers = Pick<Handlers, Extract<CallName, `models.${string}`>>;

/** What the calls about models do, on the host shown; `session` throws when there is none. */
export function modelHandlers(o: { readonly hosts: Hosts; readonly session: () => HostSession }): ModelHandlers {
  const models = (): HostSession['models'] => o.session().models;
  const state = (): ModelsState => o.hosts.session()?.models.state() ?? NO_MODELS;
  const after = async (work: Promise<void>): Promise<ModelsState> => {
    await work;
    return state();
  };
  return {
    'models.state': state,
    'models.refresh': () => after(models().refresh()),
    'models.starters': () => models().starters(),
    'models.install': (wanted) => after(models().install(wanted)),
    'models.actOnJob': ({ jobId, verb }) => after(models().actOnJob(jobId, verb)),
    'models.prune': () => after(models().prune()),
    'models.remove': ({ key }) => after(models().remove(key)),
    'models.hfLogin': () => models().hfLogin(),
    'models.setHfToken': ({ token }) => models().setHfToken(token),
    'models.actOnQueue': ({ verb }) => after(models().actOnQueue(verb)),
    'models.freeVram': () => models().freeVram(),
    'models.cache': () => models().cache(),
    'models.logIn': (wanted) => after(models().logIn(wanted)),
    'models.logOut': () => after(models().logOut()),
  };
}
