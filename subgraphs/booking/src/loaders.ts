import type { Db } from '@tikitu/kit/postgres/database'
import { loadersOf, rowBy, rowsBy } from '@tikitu/kit/postgres/row-loader'
import { asc, isNotNull } from 'drizzle-orm'
import { catalogueLoaders } from './catalogue-loaders.ts'
import { performances, priceTiers } from './db/tables/catalogue.ts'
import { holds, places } from './db/tables/inventory.ts'
import { purchaseLoaders } from './purchase-loaders.ts'

export type Loaders = ReturnType<typeof createLoaders>

const makers = {
  ...catalogueLoaders,
  ...purchaseLoaders,
  hold: rowBy({ from: holds, by: holds.id }),
  performance: rowBy({ from: performances, by: performances.id }),
  priceTier: rowBy({ from: priceTiers, by: priceTiers.id }),
  seatsOfHold: rowsBy({
    from: places,
    by: places.holdId,
    where: isNotNull(places.holdId),
    order: [asc(places.number)],
  }),
}

/** Rows by key, batched into one query per kind and tick. New per request. */
export function createLoaders(db: Db, now: () => Date) {
  return loadersOf({ db, now }, makers)
}
