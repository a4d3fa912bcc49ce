import type { LabAnswer } from '../base/http.ts';
import type { LabAccount } from './accounts.ts';
import type { InvokeAi } from './invokeai.ts';
import { detail, json, type Route, route } from './route-table.ts';

/** What is answered to anybody, also in multi-user mode. */
const PUBLIC: ReadonlySet<string> = new Set(['/api/v1/app/version', '/api/v1/auth/status', '/api/v1/auth/login']);
/** What needs an administrator: installs, starters, statistics, cache, Hugging Face, and settings. */
const ADMIN_ONLY =
  /^\/api\/v2\/models\/(install|starter_models|stats|empty_model_cache|hf_login|sync)|^\/api\/v1\/app\/(runtime_config|logging|invocation_cache)|\/processor\/(pause|resume)$/;

/** Logins: none are needed, unless the server runs in multi-user mode. */
export function authRoutes({ faults, accounts, context }: InvokeAi): readonly Route[] {
  const isMultiuser = (): boolean => faults.has('invokeai-multiuser');
  const userOf = ({ email, isAdmin }: LabAccount) => {
    const at = new Date(context.hostNow()).toISOString();
    return {
      user_id: email,
      email,
      display_name: null,
      is_admin: isAdmin,
      is_active: true,
      created_at: at,
      updated_at: at,
      last_login_at: at,
    };
  };
  return [
    route('GET', '/api/v1/auth/status', () =>
      json({
        setup_required: isMultiuser() && faults.has('invokeai-without-admin'),
        multiuser_enabled: isMultiuser(),
        strict_password_checking: false,
        admin_email: null,
      }),
    ),
    route('POST', '/api/v1/auth/login', ({ body }) => {
      if (!isMultiuser()) return detail(403, 'Multiuser mode is disabled. Authentication is not required in single-user mode.');
      const text = (name: string): string => String(typeof body === 'object' && body !== null ? Reflect.get(body, name) : '');
      const login = accounts.logIn(text('email'), text('password'));
      if (login === null) return detail(401, 'Incorrect email or password');
      return json({ token: login.token, user: userOf(login.account), expires_in: 604_800 });
    }),
  ];
}

/** The refusal of a request without a login or without its permissions; null = the request is allowed. */
export function refusalOf({ faults, accounts }: InvokeAi, { method, path }: Route, authorization: string | undefined): LabAnswer | null {
  if (!faults.has('invokeai-multiuser') || PUBLIC.has(path)) return null;
  const [, token = null] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
  if (token === null) return detail(401, 'Authentication required');
  const account = accounts.byToken(token);
  if (account === null) return detail(401, 'Invalid or expired token');
  const changesModels = path.startsWith('/api/v2/models/i/') && method !== 'GET';
  return (ADMIN_ONLY.test(path) || changesModels) && !account.isAdmin ? detail(403, 'Admin privileges required') : null;
}
