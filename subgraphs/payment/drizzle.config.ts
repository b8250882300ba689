import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: [
    './src/db/tables/*.ts',
    './src/providers/sandbox/tables.ts',
    '../../packages/kit/src/postgres/shared-tables.ts',
  ],
  schemaFilter: ['public', 'sandbox'],
  out: './src/db/migrations',
  casing: 'snake_case',
  migrations: { prefix: 'index' },
  dbCredentials: { url: process.env['PAYMENT_DATABASE_URL'] ?? '' },
})
