import DataLoader from 'dataloader'

/** Loads rows by key, batched into one query per tick; null where there is none. Create one per request, since it caches. */
export type Loader<Row> = DataLoader<string, Row | null>

/** A loader of at most one row per key. */
export function loaderOf<Row>(
  load: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): Loader<Row> {
  return new DataLoader(async (keys) => {
    const rows = new Map((await load(keys)).map((row) => [keyOf(row), row]))
    return keys.map((key) => rows.get(key) ?? null)
  })
}

/** A loader of all rows per key, in the order of the query. */
export function groupLoaderOf<Row>(
  load: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row[]> {
  return new DataLoader(async (keys) => {
    const groups = Map.groupBy(await load(keys), keyOf)
    return keys.map((key) => groups.get(key) ?? [])
  })
}

/** The row that a foreign key guarantees. @throws when it is missing */
export async function requireLoaded<Row>(loader: Loader<Row>, key: string): Promise<Row> {
  const row = await loader.load(key)
  if (!row) throw new Error(`row ${key} is missing`)
  return row
}

/** Clears the caches of these loaders. */
export function clearLoaders(loaders: object | undefined): void {
  for (const loader of Object.values(loaders ?? {})) if (loader instanceof DataLoader) loader.clearAll()
}
