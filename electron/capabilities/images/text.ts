/** "1 image", "4 images". */
export const describeImages = (count: number): string => (count === 1 ? '1 image' : `${count} images`);
