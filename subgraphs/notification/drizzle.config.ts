import { defineConfig } from 'drizzle-kit'

export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/db/tables/*.ts', '../../packages/kit/src/postgres/shared-tables.ts'],
  out: './src/db/migrations',
  casing: 'snake_case',
  migrations: { prefix: 'index' },
  dbCredentials: { url: process.env['NOTIFICATION_DATABASE_URL'] ?? '' },
})
