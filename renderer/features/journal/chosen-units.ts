const KEY = 'ada.logs.units.';

/** The units last followed on a host; null when the operator has not chosen yet. Kept in this window's own storage. */
export function recallUnits(hostId: string): readonly string[] | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY + hostId) ?? 'null');
    return Array.isArray(kept) ? kept.filter((unit): unit is string => typeof unit === 'string') : null;
  } catch {
    return null;
  }
}

/** Remembers the choice; where there is no storage it lasts as long as the window. */
export function rememberUnits(hostId: string, units: readonly string[]): void {
  try {
    localStorage.setItem(KEY + hostId, JSON.stringify(units));
  } catch {
    // Nothing depends on it.
  }
}
