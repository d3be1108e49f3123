import { defineConfig } from 'drizzle-kit';

export default defineConfig({ dialect: 'postgresql', schema: './src/control/tables/*.ts', out: './src/control/migrations' });
