/** Strings of the login of an InvokeAI in multi-user mode. */
export const LOGIN_TEXT = {
  title: 'InvokeAI login',
  logOut: 'Log out',
  logIn: 'Log in to InvokeAI',
  multiUser: 'This InvokeAI is in multi-user mode. Log in with one of its accounts.',
  notAdministrator:
    'This account is not an administrator: InvokeAI does not let it install or delete models, free VRAM, or pause the queue.',
  email: 'Email address',
  password: 'Password',
  remember: 'Remember the password',
  rememberHint: 'Renews the login when it expires after 7 days. Saved in the system keyring, or until you quit.',
} as const;

export const describeLogin = (email: string | null, isAdmin: boolean | null): string =>
  `Logged in as ${email ?? 'an unknown account'}${isAdmin === true ? ', administrator' : ''}`;
