import { defineConfig } from 'drizzle-kit'

// Every service makes kit's tables in its own migrations. These here serve the tests of kit alone.
export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/postgres/shared-tables.ts', './src/testing/database/tables.ts'],
  out: './src/testing/database/migrations',
  casing: 'snake_case',
  migrations: { prefix: 'index' },
})
