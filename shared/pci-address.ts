const ADDRESS = /^(?:PCI:)?(?:([0-9a-f]{1,8}):)?([0-9a-f]{2}):([0-9a-f]{2})(?:\.[0-9a-f])?\.?$/i;

/**
 * Whether two PCI addresses name one card: `0000:21:00`, `PCI:00000000:21:00.0` and `21:00.0` do. Domains are compared as numbers,
 * and only where both addresses have one. Null = one of them is no address.
 */
export function isSamePciAddress(one: string, other: string): boolean | null {
  const [a, b] = [parts(one), parts(other)];
  if (a === null || b === null) return null;
  return a.slot === b.slot && (a.domain === null || b.domain === null || a.domain === b.domain);
}

function parts(address: string): { readonly domain: number | null; readonly slot: string } | null {
  const found = ADDRESS.exec(address.trim());
  if (found === null) return null;
  const domain = found[1];
  return { domain: domain === undefined ? null : Number.parseInt(domain, 16), slot: `${found[2]}:${found[3]}`.toLowerCase() };
}
