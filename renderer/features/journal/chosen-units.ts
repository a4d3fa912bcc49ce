const KEY = 'ada.logs.units.';

/** The units last followed on a host, from the window's local storage; null = none selected yet. */
export function recallUnits(hostId: string): readonly string[] | null {
  try {
    const saved: unknown = JSON.parse(localStorage.getItem(KEY + hostId) ?? 'null');
    return Array.isArray(saved) ? saved.filter((unit): unit is string => typeof unit === 'string') : null;
  } catch {
    return null;
  }
}

/** Saves the selection; without storage it lasts until the window closes. */
export function rememberUnits(hostId: string, units: readonly string[]): void {
  try {
    localStorage.setItem(KEY + hostId, JSON.stringify(units));
  } catch {
    // A full or disabled storage must not break the page.
  }
}
