import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds wrong with the page as it is now, or with a part of it, or by some rules only: `rule: where | where`. */
export async function violationsOf(
  page: Page,
  only: { readonly within?: string; readonly rules?: readonly string[] } = {},
): Promise<readonly string[]> {
  // A tooltip hangs outside every region, and says again what its button is called.
  await page.mouse.move(0, 0);
  await page.getByRole('tooltip').waitFor({ state: 'hidden' });
  // The builder's own frame handling opens a window, which the panel denies.
  const builder = new AxeBuilder({ page }).setLegacyMode(true);
  if (only.within !== undefined) builder.include(only.within);
  if (only.rules !== undefined) builder.withRules([...only.rules]);
  const report = await builder.analyze();
  return report.violations.map(
    (violation) =>
      `${violation.id}: ${violation.nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join(' | ')}`,
  );
}

/**
 * Whether the element with the focus looks different from how it looks without it: itself, what wraps it, or the label
 * beside a hidden input. The focus is where it was afterwards. Returns the element's name where it does not.
 */
export async function unseenFocus(page: Page): Promise<string | null> {
  return await page.evaluate(() => {
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement) || focused === document.body) return 'nothing has the focus';
    const near = [focused, focused.parentElement, focused.nextElementSibling].filter((one) => one !== null);
    const looks = () => {
      // A colour that is still on its way is not yet seen.
      for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish();
      return near.map((one) => {
        const style = getComputedStyle(one);
        return `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor} ${style.boxShadow} ${style.borderColor} ${style.top}`;
      });
    };
    const withFocus = looks().join();
    focused.blur();
    const without = looks().join();
    focused.focus({ preventScroll: true });
    return withFocus === without ? `${focused.tagName} "${focused.ariaLabel ?? focused.textContent?.slice(0, 40)}"` : null;
  });
}

/** The names of what Tab reaches in the page's content, in order; what has no name is an empty text. */
export async function tabStops(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => document.getElementById('main')?.focus());
  const names: string[] = [];
  for (;;) {
    await page.keyboard.press('Tab');
    const name = await page.evaluate(() => {
      const one = document.activeElement;
      if (one === null || one.closest('main') === null) return null;
      const label = one.getAttribute('aria-label') ?? one.textContent ?? '';
      return label.trim();
    });
    if (name === null) return names;
    names.push(name);
  }
}
