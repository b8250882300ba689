import { expect } from 'vitest'
import type { Seen, World } from './world.ts'

/**
 * Runs an operation on both executors and expects one answer. Not compared are the order of errors, which says nothing; that of
 * fields, as the stock executor puts fragments of one type together; and numbers in the paths of errors, as it counts only
 * entities that it sent.
 */
export async function expectAgreement(world: World, query: string, variables?: Record<string, unknown>): Promise<Seen> {
  const options = variables ? { variables } : {}
  const stock = await world.stock(query, options)
  const stockAsked = world.asked()
  const compiled = await world.compiled(query, options)
  const compiledAsked = world.asked()
  expect(comparable(compiled), query).toEqual(comparable(stock))
  expect(compiledAsked.map(({ query }) => query).sort(), query).toEqual(stockAsked.map(({ query }) => query).sort())
  return compiled
}

/** What of an answer is compared. */
export function comparable({ data, errors, extensions }: Seen) {
  return { data, errors: sorted(errors), valueCompletion: sorted(extensions?.['valueCompletion']) }
}

function sorted(errors: Seen['errors']) {
  return errors
    ?.map(({ path, message, extensions }) => JSON.stringify({ path: uncounted(path), message, extensions }))
    .sort()
}

function uncounted(path: readonly (string | number)[] | undefined) {
  return path?.map((key) => (typeof key === 'number' ? '#' : key))
}
