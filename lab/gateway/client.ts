import { createHash } from 'node:crypto';

/** The token that the simulated gateway takes. */
export const TOKEN = 'lab-token-5f1c';

/** A hash that tells clients apart by their Authorization header and gives no token away. */
export const clientOfToken = (authorization: string): string => createHash('sha256').update(authorization).digest('hex').slice(0, 12);
