import { InvalidInput } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { callAs } from '@tikitu/kit/testing/graphql/subgraph'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { bookingOn, ctxOf, house, migrations } from '../../../test/factories.ts'
import { held, holdRow } from '../../../test/purchases.ts'
import { performances, priceTiers } from '../../db/tables/catalogue.ts'
import { holds } from '../../db/tables/inventory.ts'
import { PriceChanged } from '../../errors.ts'
import { placeBooking } from '../bookings/place-booking.ts'

const database = useDatabase(migrations)
const rates = { feeMinor: 100, feeBasisPoints: 250, taxBasisPoints: 900 }
const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

test.each([
  ['a higher fee', { feeMinor: 200 }, 2 * 5325],
  ['a lower fee', { feeBasisPoints: 0 }, 2 * 5100],
  ['another tax inside the same price', { taxBasisPoints: 2100 }, 2 * 5225],
  ['another price', { priceMinor: 6000 }, 2 * 6250],
])('after %s a hold is not booked at what it did not show', async (_what, change, newTotal) => {
  const hall = await house(database, rates)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1, 2)
  const { id } = hall.performance
  if ('priceMinor' in change) await database.db.update(priceTiers).set(change).where(eq(priceTiers.id, hall.adult.id))
  else await database.db.update(performances).set(change).where(eq(performances.id, id))
  const refusal = await placeBooking(ada, { holdId: hold.id }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(PriceChanged)
  expect(refusal).toMatchObject({ code: 'PRICE_CHANGED', oldTotal: euros(2 * 5225), newTotal: euros(newTotal) })
  expect(await holdRow(database, hold.id)).toMatchObject({ status: 'ACTIVE' })
  const booking = await placeBooking(ada, { holdId: hold.id, expectedTotal: euros(newTotal) })
  expect(booking).toMatchObject({ status: 'AWAITING_PAYMENT', totalMinor: newTotal })
})

test('books at the expected total alone, when one is given', async () => {
  const hall = await house(database, rates)
  const ada = ctxOf(database)
  const hold = await held(ada, hall, 1)
  await expect(placeBooking(ada, { holdId: hold.id, expectedTotal: euros(5224) })).rejects.toMatchObject({
    code: 'PRICE_CHANGED',
    oldTotal: euros(5224),
    newTotal: euros(5225),
  })
  const dollars = { amountMinor: 5225, currency: 'USD' }
  await expect(placeBooking(ada, { holdId: hold.id, expectedTotal: dollars })).rejects.toThrow(InvalidInput)
  await placeBooking(ada, { holdId: hold.id, expectedTotal: euros(5225) })
})

test('what changes for a tier that is not held does not matter, nor what a hold from before this was shown', async () => {
  const hall = await house(database, rates)
  const ada = ctxOf(database)
  const [first, second] = [await held(ada, hall, 1), await held(ada, hall, 2)]
  await database.db.update(priceTiers).set({ priceMinor: 1 }).where(eq(priceTiers.id, hall.child.id))
  expect(await placeBooking(ada, { holdId: first.id })).toMatchObject({ totalMinor: 5225 })
  await database.db.update(holds).set({ shownPrices: null }).where(eq(holds.id, second.id))
  await database.db.update(performances).set({ feeMinor: 0 }).where(eq(performances.id, hall.performance.id))
  expect(await placeBooking(ada, { holdId: second.id })).toMatchObject({ totalMinor: 5125 })
})

test('a hold keeps showing its prices, and the refusal returns the total to accept', async () => {
  const booking = await bookingOn(database)
  const hall = await house(database, rates)
  const ada = testUser()
  const { id } = await held(ctxOf(database, ada), hall, 1)
  await database.db.update(performances).set({ feeMinor: 200 }).where(eq(performances.id, hall.performance.id))
  await database.db.update(priceTiers).set({ priceMinor: 6000 }).where(eq(priceTiers.id, hall.adult.id))
  const query = /* GraphQL */ `query ($id: ID!) { hold(id: $id) { total { amountMinor } fees { amountMinor }
    tax { amountMinor } amountDue { amountMinor } seats { price { amountMinor } fee { amountMinor } tax { amountMinor } } } }`
  const shown = await callAs(booking, ada, { query, variables: { id } })
  const minor = (amountMinor: number) => ({ amountMinor })
  expect(shown.data).toEqual({
    hold: {
      total: minor(5000),
      fees: minor(225),
      tax: minor(413),
      amountDue: minor(5225),
      seats: [{ price: minor(5000), fee: minor(225), tax: minor(413) }],
    },
  })
  const mutation = /* GraphQL */ `mutation ($input: PlaceBookingInput!) { placeBooking(input: $input) { __typename
    ... on Refusal { code } ... on PriceChanged { oldTotal { amountMinor } newTotal { amountMinor currency } } } }`
  const refused = await callAs(booking, ada, { query: mutation, variables: { input: { holdId: id } } })
  expect(refused.data).toMatchObject({
    placeBooking: { __typename: 'PriceChanged', code: 'PRICE_CHANGED', oldTotal: minor(5225), newTotal: minor(6350) },
  })
})
