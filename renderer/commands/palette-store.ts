import { createSpotlight } from '@mantine/spotlight';

/** Whether the palette is open; it may be opened before it is drawn for the first time. */
export const [paletteStore, palette] = createSpotlight();
