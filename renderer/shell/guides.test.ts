import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('window', { ada: {} });
const { GuideText } = await import('./guide-text.tsx');

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const PAGES = [...readFileSync(join(ROOT, 'renderer/pages.tsx'), 'utf8').matchAll(/^ {4}id: '(\w+)',\n {4}label: '([^']+)'/gm)];
/** About a screen at 1280 × 800. */
const MAX_LINES = 60;

const markup = (markdown: string): string => renderToStaticMarkup(createElement(GuideText, { markdown }));

describe.each(PAGES.map(([, id = '', label = '']) => ({ id, label })))('the guide of $label', ({ id, label }) => {
  const markdown = readFileSync(join(ROOT, 'docs/guide', `${id}.md`), 'utf8');

  it('is about that page, and one screen long', () => {
    expect(markdown.split('\n')[0]).toBe(`# ${label}`);
    expect(markdown.split('\n').length).toBeLessThanOrEqual(MAX_LINES);
  });

  it('has a picture in both themes for readers elsewhere, and none in the panel', () => {
    const pictures = [...markdown.matchAll(/(?:src|srcset)="\.\.\/([^"]+)"/g)].map(([, path]) => path ?? '');
    expect(pictures).toEqual([`images/${id}-dark.png`, `images/${id}-light.png`]);
    expect(pictures.filter((path) => !existsSync(join(ROOT, 'docs', path)))).toEqual([]);
    expect(markup(markdown)).not.toMatch(/<(picture|source|img)/);
  });

  it('links to pages that there are, and nowhere else', () => {
    const links = [...markdown.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target);
    expect(links.filter((link) => !PAGES.some(([, other]) => link === `page:${other}`))).toEqual([]);
  });

  it('shows nothing of its markup', () => {
    expect(markup(markdown).replace(/<(code|pre)>.*?<\/\1>/gs, '')).not.toMatch(/[*`#]{2}|\]\(|&lt;/);
  });
});

it('the pictures of README are there', () => {
  const pictures = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, path]) => path ?? '');
  expect(pictures.length).toBeGreaterThan(1);
  expect(pictures.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('there are pages', () => {
  expect(PAGES.length).toBeGreaterThan(9);
});

it('a guide never brings markup of its own', () => {
  const html = markup('Text <script>alert(1)</script> <img src=x onerror=alert(1)> [out](https://example.org) [page](page:gpu)');
  expect(html).not.toMatch(/script|<img|href/);
  expect(html).toContain('out');
  expect(html).toMatch(/<button[^>]*>page<\/button>/);
});
