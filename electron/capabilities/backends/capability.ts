import { hostCapability } from '../capability.ts';
import { type Backends, createBackends } from './backends.ts';
import { forgetLogin, loginInKeyring, loginOfLab } from './invokeai-login.ts';

export const backendsCapability = hostCapability<'backends', Backends>({
  name: 'backends',
  create: ({ hostId, lab, connection, settings, secrets }) =>
    createBackends({ hostId, connection, settings, logins: lab === null ? loginInKeyring(hostId, secrets) : loginOfLab(lab) }),
  handlers: {},
  stop: (backends) => backends.stop(),
  forget: ({ settings, secrets }, hostId) => {
    forgetLogin(hostId, secrets);
    // A host that is added later may be given the same id, and is another machine.
    const { [hostId]: _addresses, ...backends } = settings.get().backends;
    settings.update({ backends });
  },
});
