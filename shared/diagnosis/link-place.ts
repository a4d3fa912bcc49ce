import type { Link } from './types.ts';

/** The page that shows more about something, and the place on it: a unit of systemd, or the anchor of a card. */
export interface LinkPlace {
  readonly page: string;
  readonly unit?: string;
  readonly section?: string;
}

/** The page that shows more about a link of the chain: its unit on Services where it has one. */
export function placeOfLink({ id, unit }: Pick<Link, 'id' | 'unit'>): LinkPlace {
  switch (id) {
    case 'computer':
      return { page: 'settings', section: 'settings-ssh' };
    case 'host':
      return { page: 'settings', section: 'settings-hosts' };
    case 'gpu':
    case 'gateway':
      return { page: id };
    default:
      return { page: 'services', ...(unit === null ? {} : { unit }) };
  }
}
