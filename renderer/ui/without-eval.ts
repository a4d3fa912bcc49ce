import { config } from 'zod';

// zod probes for `new Function` when the first schema is created; the page's policy blocks and reports each probe.
config({ jitless: true });
