import pg from 'pg'

// Amounts and counts are far below what a number holds exactly.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)

/** A row, by column. */
// biome-ignore lint/suspicious/noExplicitAny: what the columns hold is known where they are read.
export type Row = Record<string, any>

/** Sends a statement by its name, with the values of its parameters. */
export type Send = (name: string, text: string, values: readonly unknown[]) => Promise<Row[]>

/** A variable that the program was started with. */
export function given(name: string): string {
  return process.env[name] ?? ''
}

/** The database of a service. */
export function openDatabase(service: string): Send {
  const pool = new pg.Pool({ connectionString: given(`${service.toUpperCase()}_DATABASE_URL`), max: 10 })
  return async (name, text, values) => (await pool.query({ name, text, values: [...values] })).rows
}

/** The rows of a table by the values of a column, each key with its own. */
export async function rowsBy(
  send: Send,
  { table, column, order = '' }: { table: string; column: string; order?: string },
  keys: readonly unknown[],
): Promise<(key: unknown) => Row[]> {
  const text = `select * from ${table} where ${column} = any($1)${order && ` order by ${order}`}`
  const rows = await send(`${table} by ${column}`, text, [[...new Set(keys)]])
  const groups = Map.groupBy(rows, (row) => row[column])
  return (key) => groups.get(key) ?? []
}

/** A cursor, as the services write them. */
export function cursorOf(...key: unknown[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url')
}

/** Whether there is more, and where it begins. */
export function pageInfo(rows: readonly unknown[], limit: number, endCursor: string | null) {
  return { hasNextPage: rows.length > limit, endCursor }
}

/** An amount of money. */
export function money(amountMinor: number, currency: string) {
  return { amountMinor, currency }
}
