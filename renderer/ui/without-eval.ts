import { config } from 'zod';

// zod probes for `new Function` as soon as a schema is made; the page's policy refuses it and reports every try.
config({ jitless: true });
