import { NotFound } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff } from '@tikitu/kit/testing/graphql/context'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { partnerMembers } from '../src/db/tables/partners.ts'
import { cancelTickets } from '../src/domain/bookings/cancel-tickets.ts'
import { createEvent } from '../src/domain/catalogue/create-event.ts'
import { createPerformance } from '../src/domain/catalogue/create-performance.ts'
import { applyPartner } from '../src/domain/projections/apply-partner.ts'
import { partnerRoleOf } from '../src/domain/projections/partner-role.ts'
import { ctxOf, house, migrations } from './factories.ts'
import { eventInput, organizer, performanceInput } from './factories-catalogue.ts'
import { bought, member } from './purchases.ts'

const database = useDatabase(migrations)

test('answers a key of long ago to no manager who was removed', async () => {
  const stage = await organizer(database)
  const ctx = ctxOf(database, stage.manager)
  const draft = () => createEvent(ctx, eventInput(stage.partnerId, { idempotencyKey: 'event' }))
  const event = await draft()
  const show = () => createPerformance(ctx, performanceInput(event.id, stage, { idempotencyKey: 'show' }) as never)
  const performance = await show()
  expect([(await draft()).id, (await show()).id]).toEqual([event.id, performance.id])
  await database.db.delete(partnerMembers).where(eq(partnerMembers.userId, stage.manager.userId))
  const later = ctxOf(database, stage.manager)
  const again = createEvent(later, eventInput(stage.partnerId, { idempotencyKey: 'event' }))
  await expect(again).rejects.toThrow(NotFound)
  const shown = createPerformance(later, performanceInput(event.id, stage, { idempotencyKey: 'show' }) as never)
  await expect(shown).rejects.toThrow(NotFound)
})

test('returns a repeated cancellation only to those who may still cancel', async () => {
  const hall = await house(database)
  const purchase = await bought(database, hall)
  const manager = await member(database, hall, 'MANAGER')
  const input = {
    bookingId: purchase.booking.id,
    ticketIds: [purchase.tickets[0]?.id ?? ''],
    idempotencyKey: 'cancel',
  }
  const { id } = await cancelTickets(ctxOf(database, manager), input)
  expect((await cancelTickets(ctxOf(database, manager), input)).id).toBe(id)
  await database.db.delete(partnerMembers).where(eq(partnerMembers.userId, manager.userId))
  await expect(cancelTickets(ctxOf(database, manager), input)).rejects.toThrow(NotFound)
})

test('lets SUPPORT cancel a customer’s tickets, and no other role of the staff', async () => {
  const hall = await house(database)
  const { booking, tickets } = await bought(database, hall)
  const cancel = (role: 'SUPPORT' | 'FINANCE' | 'COMPLIANCE', index: number) =>
    cancelTickets(ctxOf(database, testStaff(role)), { bookingId: booking.id, ticketIds: [tickets[index]?.id ?? ''] })
  await expect(cancel('FINANCE', 0)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(cancel('COMPLIANCE', 0)).rejects.toMatchObject({ code: 'FORBIDDEN' })
  expect(await cancel('SUPPORT', 0)).toMatchObject({ bookingId: booking.id })
})

test('lets nobody act for a terminated partner', async () => {
  const stage = await organizer(database)
  const ctx = ctxOf(database, stage.manager)
  expect(await partnerRoleOf(ctx, stage.partnerId)).toBe('MANAGER')
  const state = { partnerId: stage.partnerId, version: 99, name: 'Gone', maySell: false, mayBePaidOut: false }
  const members = [{ userId: stage.manager.userId, role: 'MANAGER' as const }]
  await applyPartner(ctx, { ...state, status: 'SUSPENDED', members })
  expect(await partnerRoleOf(ctxOf(database, stage.manager), stage.partnerId)).toBe('MANAGER')
  await applyPartner(ctx, { ...state, version: 100, status: 'TERMINATED', members })
  expect(await partnerRoleOf(ctxOf(database, stage.manager), stage.partnerId)).toBeNull()
})
