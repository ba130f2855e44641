import { createTheme, type MantineColorsTuple } from '@mantine/core';

const teal: MantineColorsTuple = [
  '#e6f4f2',
  '#cfe7e4',
  '#a0d0ca',
  '#6db8af',
  '#45a399',
  '#2a968a',
  '#0b6b63',
  '#095b54',
  '#064b45',
  '#033a35',
];

/** The look of the staff app: paper and ink, one teal for what can be pressed, system fonts with Noto behind them. */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 6, dark: 6 },
  colors: { teal },
  defaultRadius: 8,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC", "Noto Sans SC", "Noto Sans Arabic", sans-serif',
  respectReducedMotion: true,
  autoContrast: true,
  // The lock on the page's scrolling writes an inline style, which our pages do not allow.
  components: { Modal: { defaultProps: { lockScroll: false } } },
});
