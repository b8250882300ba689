import { useDatabase } from '@tikitu/kit/testing/database/database'
import { unexpectedErrorsOnBadInput } from '@tikitu/kit/testing/graphql/bad-input'
import { expect, test } from 'vitest'
import { addAddress } from '../src/domain/profile/add-address.ts'
import { useCognito } from './cognito.ts'
import { ctxOf, migrations, person, userOn, validPassword } from './factories.ts'

const database = useDatabase(migrations)
const cognito = useCognito()
const world = { database, cognito }

test('answers no bad value with an unexpected error', async () => {
  const { viewer, row } = await person(world, { groups: ['user', 'admin', 'admin:superadmin'] })
  const target = await person(world)
  const address = await addAddress(ctxOf(world, viewer), { lines: ['Dam 1'], city: 'Amsterdam', country: 'NL' })
  const known = {
    id: address.id,
    userId: target.row.id,
    password: validPassword,
    newPassword: validPassword,
    reason: 'Fraud',
  }
  expect(await unexpectedErrorsOnBadInput(await userOn(world), viewer, { known, entities: { User: row.id } })).toEqual(
    [],
  )
}, 60_000)
