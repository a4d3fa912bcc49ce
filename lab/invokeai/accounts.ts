/** An account of InvokeAI in multi-user mode. */
export interface LabAccount {
  readonly email: string;
  readonly password: string;
  readonly isAdmin: boolean;
}

/** Who may log in at the lab's InvokeAI. */
export const LAB_ADMIN: LabAccount = { email: 'admin@lab.example', password: 'lab-Passw0rd', isAdmin: true };
export const LAB_USER: LabAccount = { email: 'user@lab.example', password: 'lab-Passw0rd-2', isAdmin: false };

/** Logins by their tokens. */
export class Accounts {
  readonly #tokens = new Map<string, LabAccount>();
  #next = 1;

  logIn(email: string, password: string): { readonly token: string; readonly account: LabAccount } | null {
    const account = [LAB_ADMIN, LAB_USER].find((known) => known.email === email && known.password === password);
    return account === undefined ? null : { token: this.tokenFor(account), account };
  }

  /** A new token, beside those that are out. */
  tokenFor(account: LabAccount): string {
    const token = `lab.${account.isAdmin ? 'admin' : 'user'}.token-${this.#next++}`;
    this.#tokens.set(token, account);
    return token;
  }

  byToken(token: string | null): LabAccount | null {
    return token === null ? null : (this.#tokens.get(token) ?? null);
  }

  /** Every token expires at once. */
  expire(): void {
    this.#tokens.clear();
  }
}
