import {
  type ButtonProps,
  type CSSVariablesResolver,
  createTheme,
  type DrawerHeaderProps,
  type DrawerProps,
  type MantineColorsTuple,
  type MenuProps,
  type ModalHeaderProps,
  type ModalProps,
  type PopoverProps,
  type SelectProps,
  type TooltipProps,
} from '@mantine/core';
import { DARK, LIGHT, type Palette } from './palette.ts';

const SANS = "'Inter Variable', 'Inter Variable Other Scripts', system-ui, sans-serif";
/** No motion is longer than this. */
const MOTION_MS = 120;

/** Surfaces and texts of the dark theme at the places where Mantine looks for them. */
const dark: MantineColorsTuple = [
  DARK.text,
  '#c3c9d2',
  DARK.quiet,
  '#5b6472',
  DARK.line,
  DARK.raised,
  DARK.card,
  DARK.page,
  '#10151b',
  '#0c1015',
];

/** Shade 8 carries white text at 5.6:1. */
const accent: MantineColorsTuple = [
  '#e3f7fa',
  '#c8edf3',
  '#9ddfe9',
  '#6fd2e0',
  DARK.accent,
  '#23b3cb',
  '#1296ad',
  '#0d7f94',
  LIGHT.accent,
  '#08525f',
];

const motion = { transitionProps: { duration: MOTION_MS } } as const;
/** The cross of a dialog has no text. */
const close = { closeButtonProps: { 'aria-label': 'Close' } } as const;

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 8, dark: 8 },
  colors: { dark, accent },
  fontFamily: SANS,
  fontFamilyMonospace: "'JetBrains Mono Variable', 'JetBrains Mono Variable Other Scripts', monospace",
  headings: { fontFamily: SANS, fontWeight: '600' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  // Plain objects, not Component.extend(): the first paint would load every component named here.
  components: {
    Button: { defaultProps: { size: 'xs', variant: 'default' } satisfies Partial<ButtonProps> },
    Modal: {
      defaultProps: { ...motion, ...close, centered: true, overlayProps: { backgroundOpacity: 0.5 } } satisfies Partial<ModalProps>,
    },
    // Mantine draws a <header>, which outside of an article is the page's banner; there is one of those already.
    ModalHeader: { defaultProps: { role: 'presentation' } satisfies Partial<ModalHeaderProps> },
    DrawerHeader: { defaultProps: { role: 'presentation' } satisfies Partial<DrawerHeaderProps> },
    Drawer: { defaultProps: { ...motion, ...close } satisfies Partial<DrawerProps> },
    // The kit's empty place for the first focus is no entry, which a menu may not contain; the menu itself takes the focus.
    Menu: { defaultProps: { ...motion, shadow: 'md', withInitialFocusPlaceholder: false } satisfies Partial<MenuProps> },
    // Mantine returns the focus only where this is asked for; without, it is lost when a popover closes.
    Popover: { defaultProps: { ...motion, returnFocus: true } satisfies Partial<PopoverProps> },
    Select: { defaultProps: { comboboxProps: motion } satisfies Partial<SelectProps> },
    Tooltip: { defaultProps: { ...motion, openDelay: 350, withArrow: true } satisfies Partial<TooltipProps> },
  },
});

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Our palette as `--ada-…`, and Mantine's own variables pointed at it. */
function variablesOf(palette: Palette): Record<`--${string}`, string> {
  const variables: Record<`--${string}`, string> = {
    '--mantine-color-body': palette.page,
    '--mantine-color-text': palette.text,
    '--mantine-color-dimmed': palette.quiet,
    '--mantine-color-placeholder': palette.quiet,
    '--mantine-color-anchor': palette.accent,
    '--mantine-color-error': palette.bad,
    '--mantine-color-default': palette.card,
    '--mantine-color-default-hover': palette.raised,
    '--mantine-color-default-color': palette.text,
    '--mantine-color-default-border': palette.line,
    '--mantine-color-accent-text': palette.accent,
    '--mantine-color-accent-light': palette.accentSurface,
    '--mantine-color-accent-light-hover': palette.accentSurface,
    '--mantine-color-accent-light-color': palette.accent,
    '--mantine-color-red-text': palette.bad,
    '--mantine-color-red-light': palette.badSurface,
    '--mantine-color-red-light-color': palette.bad,
    '--mantine-color-gray-text': palette.quiet,
    '--mantine-color-disabled': palette.raised,
    '--mantine-color-disabled-color': palette.quiet,
    '--mantine-color-disabled-border': palette.line,
  };
  for (const [name, value] of Object.entries(palette)) variables[`--ada-${kebab(name)}`] = value;
  return variables;
}

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, dark: variablesOf(DARK), light: variablesOf(LIGHT) });
