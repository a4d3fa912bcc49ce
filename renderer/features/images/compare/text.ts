/** Strings of the comparison. */
export const COMPARE_TEXT = {
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fullSize: '100 %',
  fit: 'Fit',
  add: 'Add image…',
  keys: 'Wheel zooms, drag moves · + − zoom, arrows move, 1 full size, 0 fit',
  same: 'Same parameters',
  moveLeft: 'Move left',
  moveRight: 'Move right',
  remove: 'Remove',
  selectMore: 'Select another image to compare',
} as const;

export const describeComparison = (count: number): string => `Compare ${count} images`;
export const describeImageAct = (act: string, index: number): string => `${act}: image ${index + 1}`;
