import { IdempotencyConflict, InvalidInput, NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { asc, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { migrations, type Person, person } from '../../../test/factories.ts'
import { addresses } from '../../db/tables.ts'
import { AddressLimitReached } from '../../errors.ts'
import { addAddress, maxAddresses } from './add-address.ts'
import { removeAddress } from './remove-address.ts'
import { setDefaultAddress } from './set-default-address.ts'
import { updateAddress } from './update-address.ts'

const database = useDatabase(migrations)
const world = { database }
const home = { label: 'Home', lines: ['Jl. Kemang Raya 1'], city: 'Jakarta', country: 'ID' }

const addressesOf = ({ row }: Person) =>
  database.db
    .select()
    .from(addresses)
    .where(eq(addresses.userId, row.id))
    .orderBy(asc(addresses.createdAt), asc(addresses.id))

test('keeps an address; the first one is the default, and a later one only when it is wanted', async () => {
  const ada = await person(world)
  const first = await addAddress(ada.ctx, home)
  expect(first).toMatchObject({ ...home, isDefault: true, recipient: null })
  expect(await addAddress(ada.ctx, { ...home, label: 'Work' })).toMatchObject({ isDefault: false })
  const third = await addAddress(ada.ctx, { ...home, label: 'Parents', isDefault: true })
  expect((await addressesOf(ada)).filter((address) => address.isDefault)).toMatchObject([{ id: third.id }])
})

test('answers a repeated request with the same address, and other content under its key with a conflict', async () => {
  const { ctx } = await person(world)
  const input = { ...home, idempotencyKey: 'once' }
  const [first, second] = await Promise.all([addAddress(ctx, input), addAddress(ctx, input)])
  expect(second?.id).toBe(first?.id)
  await expect(addAddress(ctx, { ...input, city: 'Bandung' })).rejects.toThrow(IdempotencyConflict)
})

test('keeps twenty addresses and no more, also when five come at once', async () => {
  const ada = await person(world)
  for (let n = 0; n < maxAddresses - 1; n++) await addAddress(ada.ctx, home)
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => addAddress(ada.ctx, home)))
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  await expect(addAddress(ada.ctx, home)).rejects.toThrow(AddressLimitReached)
  expect(await addressesOf(ada)).toHaveLength(maxAddresses)
})

test('changes what is given of an address and takes away what is null', async () => {
  const { ctx } = await person(world)
  const { id } = await addAddress(ctx, home)
  const changed = await updateAddress(ctx, { id, label: null, postalCode: '12730' })
  expect(changed).toMatchObject({ label: null, postalCode: '12730', city: 'Jakarta', isDefault: true })
  expect(await updateAddress(ctx, { id })).toEqual(changed)
  await expect(updateAddress(ctx, { id, city: null })).rejects.toThrow(InvalidInput)
})

test('moves the default', async () => {
  const ada = await person(world)
  const first = await addAddress(ada.ctx, home)
  const second = await addAddress(ada.ctx, home)
  expect(await setDefaultAddress(ada.ctx, second)).toMatchObject({ id: second.id, isDefault: true })
  expect(await addressesOf(ada)).toMatchObject([
    { id: first.id, isDefault: false },
    { id: second.id, isDefault: true },
  ])
})

test('makes the oldest address that is left the default when the default goes', async () => {
  const ada = await person(world)
  const [first, second, third] = [
    await addAddress(ada.ctx, home),
    await addAddress(ada.ctx, home),
    await addAddress(ada.ctx, home),
  ]
  await setDefaultAddress(ada.ctx, third)
  await removeAddress(ada.ctx, third)
  expect(await addressesOf(ada)).toMatchObject([
    { id: first.id, isDefault: true },
    { id: second.id, isDefault: false },
  ])
  await removeAddress(ada.ctx, second)
  await removeAddress(ada.ctx, first)
  expect(await addressesOf(ada)).toEqual([])
})

test("does not know somebody else's address, whatever is to be done to it", async () => {
  const [ada, bob] = [await person(world), await person(world)]
  const address = await addAddress(ada.ctx, home)
  await expect(updateAddress(bob.ctx, { id: address.id, city: 'Bandung' })).rejects.toThrow(NotFound)
  await expect(removeAddress(bob.ctx, address)).rejects.toThrow(NotFound)
  await expect(setDefaultAddress(bob.ctx, address)).rejects.toThrow(NotFound)
  expect(await addressesOf(ada)).toEqual([address])
})

test.each([
  ['lines', { lines: [] }],
  ['lines', { lines: ['1', '2', '3', '4'] }],
  ['lines[0]', { lines: [' '] }],
  ['city', { city: '' }],
  ['label', { label: 'x'.repeat(51) }],
])('refuses bad %s', async (field, part) => {
  const { ctx } = await person(world)
  const refusal = await addAddress(ctx, { ...home, ...part }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(InvalidInput)
  expect(refusal).toMatchObject({ fields: [{ field }] })
})

type Step = { verb: 'add' | 'addDefault' | 'remove' | 'choose'; at: number }

const step: fc.Arbitrary<Step> = fc.record({
  verb: fc.constantFrom('add', 'addDefault', 'remove', 'choose'),
  at: fc.nat(4),
})

async function take(ada: Person, { verb, at }: Step): Promise<void> {
  if (verb === 'add' || verb === 'addDefault') {
    await addAddress(ada.ctx, { ...home, isDefault: verb === 'addDefault' })
    return
  }
  const own = await addressesOf(ada)
  const address = own[at % Math.max(own.length, 1)]
  if (!address) return
  await (verb === 'remove' ? removeAddress(ada.ctx, address) : setDefaultAddress(ada.ctx, address))
}

test('leaves exactly one default when there is any address, whatever is done at once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), async (rounds) => {
      const ada = await person(world)
      for (const together of rounds) {
        const outcomes = await Promise.allSettled(together.map((each) => take(ada, each)))
        const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
        for (const failure of failures) expect(failure).toBeInstanceOf(NotFound)
        const own = await addressesOf(ada)
        expect(own.filter((address) => address.isDefault)).toHaveLength(own.length > 0 ? 1 : 0)
      }
    }),
    { numRuns: 40 },
  )
})
