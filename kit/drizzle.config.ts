import { defineConfig } from 'drizzle-kit'

// Every service makes kit's tables in its own migrations. These here serve the tests of kit alone.
export default defineConfig({
  dialect: 'postgresql',
  schema: ['./src/tables.ts', './src/testing/tables.ts'],
  out: './src/testing/migrations',
  casing: 'snake_case',
  migrations: { prefix: 'index' },
})
