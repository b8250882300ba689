import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { unexpectedErrorsOnBadInput } from '@tikitu/kit/testing/graphql/bad-input'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { expect, test } from 'vitest'
import { applyPartner } from '../src/domain/projections/apply-partner.ts'
import { createPayment } from '../src/server.ts'
import { captured, ctxOf, depsOf, migrations, quoteFor, serviceCtx } from './factories.ts'

const database = useDatabase(migrations)

test('answers no bad value with an unexpected error', async () => {
  const viewer = testStaff('SUPERADMIN', { groups: ['admin', 'admin:superadmin', 'partner', 'user'] })
  const { userId } = viewer
  const partnerId = newId('ptr')
  const state = {
    partnerId,
    version: 1,
    name: 'The Hall',
    status: 'VERIFIED' as const,
    maySell: true,
    mayBePaidOut: true,
  }
  await applyPartner(serviceCtx(database), { ...state, members: [{ userId, role: 'OWNER' }] })
  const { id: paymentId, bookingId } = await captured(ctxOf(database, viewer), { partnerId })
  const quote = await quoteFor(userId, { partnerId })
  const known = {
    id: paymentId,
    paymentId,
    partnerId,
    quote,
    paymentMethod: 'pm_sandbox_approved',
    reason: 'Asked for',
  }
  const entities = { Booking: bookingId, Partner: partnerId, Payment: paymentId, User: userId }
  expect(await unexpectedErrorsOnBadInput(await createPayment(depsOf(database)), viewer, { known, entities })).toEqual(
    [],
  )
})
