import DataLoader from 'dataloader'

/** Loads rows by key, in one query per tick; null where there is none. New per request, as it remembers. */
export type Loader<Row> = DataLoader<string, Row | null>

/** Loads rows of which each key has at most one. */
export function loaderOf<Row>(
  load: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): Loader<Row> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await load(keys)).map((row) => [keyOf(row), row]))
    return keys.map((key) => rows.get(key) ?? null)
  })
}

/** Loads rows of which each key has any number, in the order the query gave them. */
export function groupLoaderOf<Row>(
  load: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row[]> {
  return new DataLoader(async (keys) => {
    const groups = Map.groupBy(await load(keys), keyOf)
    return keys.map((key) => groups.get(key) ?? [])
  })
}

/** The row, which a foreign key promises. @throws when it is missing all the same */
export async function requireLoaded<Row>(loader: Loader<Row>, key: string): Promise<Row> {
  const row = await loader.load(key)
  if (!row) throw new Error(`row ${key} is missing`)
  return row
}

/** Makes every loader among these load anew. */
export function clearLoaders(loaders: object | undefined): void {
  for (const loader of Object.values(loaders ?? {})) if (loader instanceof DataLoader) loader.clearAll()
}
