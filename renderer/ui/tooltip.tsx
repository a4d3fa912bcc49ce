import { Tooltip } from '@mantine/core';

export { Tooltip };
