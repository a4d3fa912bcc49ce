import { hostname, userInfo } from 'node:os';

/** Who sets up, for other operators, who read it on the host's lock. */
export function describeOperator(): string {
  const user = process.env['USER'] ?? process.env['USERNAME'] ?? safeUserName();
  return `${user} on ${hostname()}`;
}

function safeUserName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database has no name.
    return 'somebody';
  }
}
