import { z } from 'zod';

// zod's compiled mode needs `unsafe-eval`; this must run before any schema is made, so it is imported first.
z.config({ jitless: true });
