import { generateServiceKeys, signClaims } from '@tikitu/kit/auth/signing-keys'
import { IdempotencyConflict, InvalidInput, InvalidState, NotFound } from '@tikitu/kit/base/errors'
import { newId } from '@tikitu/kit/base/ids'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { ctxOf, type House, house, later, migrations } from '../../../test/factories.ts'
import { jwsCode } from '../../../test/old-ticket-code.ts'
import { bought, eventsAbout, member, type Purchase, ticketsOf } from '../../../test/purchases.ts'
import type { Ctx } from '../../context.ts'
import { performances } from '../../db/tables/catalogue.ts'
import { partners } from '../../db/tables/partners.ts'
import { checkIns } from '../../db/tables/tickets.ts'
import { cancelTickets } from '../bookings/cancel-tickets.ts'
import { signTicketCode } from '../tickets/ticket-code.ts'
import { checkIn } from './check-in.ts'
import { undoCheckIn } from './undo-check-in.ts'
import { validateTicket } from './validate-ticket.ts'

const database = useDatabase(migrations)
const doorsAt = new Date('2027-06-01T17:00:00Z')

/** A sold ticket, and a scanner at the door when it opens. */
async function atTheDoor(overrides: Parameters<typeof house>[1] = {}) {
  const hall = await house(database, { doorsAt, ...overrides })
  const purchase = await bought(database, hall, { numbers: [0] })
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'), doorsAt)
  return { hall, purchase, scanner }
}

let scans = 0
function scanOf(hall: House, purchase: Purchase, overrides: Partial<Parameters<typeof checkIn>[1]> = {}) {
  const code = purchase.tickets[0]?.code ?? ''
  return { performanceId: hall.performance.id, code, nonce: `scan ${++scans}`, gate: 'North', ...overrides }
}

async function scansOf(hall: House) {
  return await database.db.select().from(checkIns).where(eq(checkIns.performanceId, hall.performance.id))
}

async function exit(ctx: Ctx, hall: House, purchase: Purchase) {
  return (await checkIn(ctx, scanOf(hall, purchase, { direction: 'EXIT' }))).outcome
}

test('admits a ticket once, says so, and tells the second scan when and where that was', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  const first = await checkIn(scanner, scanOf(hall, purchase))
  expect(first).toMatchObject({ outcome: 'ADMITTED', gate: 'North', ticketId: purchase.tickets[0]?.id })
  const second = await checkIn(later(scanner, 1), scanOf(hall, purchase, { gate: 'South' }))
  expect(second).toMatchObject({ outcome: 'ALREADY_ADMITTED', earlierId: first.id })
  expect(await ticketsOf(database, purchase.booking.id)).toMatchObject([{ status: 'USED' }])
  expect(await scansOf(hall)).toHaveLength(2)
  expect(await eventsAbout(database, purchase.tickets[0]?.id ?? '')).toMatchObject([
    {
      type: 'tikitu.booking.admissionChanged.v1',
      data: { gate: 'North', partnerId: hall.performance.partnerId, version: 1, isInside: true, entries: 1 },
    },
  ])
})

test('admits once when twenty scanners ask at the same instant', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  const asked = Array.from({ length: 20 }, () => checkIn({ ...scanner }, scanOf(hall, purchase)))
  const outcomes = (await Promise.all(asked)).map((scan) => scan.outcome)
  expect(outcomes.filter((outcome) => outcome === 'ADMITTED')).toHaveLength(1)
  expect(outcomes.filter((outcome) => outcome === 'ALREADY_ADMITTED')).toHaveLength(19)
})

test('returns the first result for repeated and concurrent requests of a scan', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  const scan = scanOf(hall, purchase)
  const answers = await Promise.all([1, 2, 3].map(() => checkIn(scanner, scan)))
  expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
  expect(answers[0]).toMatchObject({ outcome: 'ADMITTED' })
  expect(await checkIn(later(scanner, 5), scan)).toEqual(answers[0])
  await expect(checkIn(scanner, { ...scan, direction: 'EXIT' })).rejects.toThrow(IdempotencyConflict)
})

test('refuses a code that booking did not sign as a ticket, and records the scan', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  const forger = { ...scanner, keys: await generateServiceKeys('booking') }
  const claims = { ticketId: purchase.tickets[0]?.id ?? '', performanceId: hall.performance.id, serial: 1 }
  const [header, payload, proof] = (await jwsCode(scanner.keys, claims)).split('.')
  const codes = [
    'hello',
    await signTicketCode(forger, claims),
    await signTicketCode(scanner, { ...claims, ticketId: newId('tkt') }),
    await signClaims(scanner.keys, {
      typ: 'quote+jwt',
      claims: { t: claims.ticketId, p: claims.performanceId, s: 1 },
      now: doorsAt,
    }),
    `${header}.${payload?.slice(0, -2)}AA.${proof}`,
    purchase.tickets[0]?.code.slice(0, -1) ?? '',
    '\u{1f3b8}'.repeat(200),
  ]
  for (const code of codes) {
    expect(await checkIn(scanner, scanOf(hall, purchase, { code }))).toMatchObject({ outcome: 'NOT_GENUINE' })
  }
  expect(await scansOf(hall)).toHaveLength(codes.length)
})

test('admits a ticket that was printed before codes were compact, and knows both codes for one ticket', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  const claims = { ticketId: purchase.tickets[0]?.id ?? '', performanceId: hall.performance.id, serial: 1 }
  const code = await jwsCode(scanner.keys, claims)
  expect(await checkIn(scanner, scanOf(hall, purchase, { code }))).toMatchObject({ outcome: 'ADMITTED' })
  expect(await checkIn(scanner, scanOf(hall, purchase))).toMatchObject({ outcome: 'ALREADY_ADMITTED' })
})

test('refuses a void ticket, an older code of a ticket, and one for another performance', async () => {
  const { hall, purchase, scanner } = await atTheDoor({ cancellationDeadlineHours: 0 })
  const old = { ticketId: purchase.tickets[0]?.id ?? '', performanceId: hall.performance.id, serial: 0 }
  const code = await signTicketCode(scanner, old)
  expect(await checkIn(scanner, scanOf(hall, purchase, { code }))).toMatchObject({ outcome: 'VOID' })
  const other = await bought(database, await house(database))
  expect(await checkIn(scanner, scanOf(hall, other))).toMatchObject({ outcome: 'WRONG_PERFORMANCE' })
  await cancelTickets(purchase.ctx, { bookingId: purchase.booking.id, ticketIds: [old.ticketId] })
  expect(await checkIn(scanner, scanOf(hall, purchase))).toMatchObject({ outcome: 'VOID' })
})

test('admits from the door time, by default two hours before the start', async () => {
  const { hall, purchase, scanner } = await atTheDoor({ doorsAt: null })
  const early = ctxOf(database, scanner.viewer, new Date('2027-06-01T15:59:59Z'))
  expect(await checkIn(early, scanOf(hall, purchase))).toMatchObject({ outcome: 'TOO_EARLY' })
  const inTime = ctxOf(database, scanner.viewer, new Date('2027-06-01T16:00:00Z'))
  expect(await checkIn(inTime, scanOf(hall, purchase))).toMatchObject({ outcome: 'ADMITTED' })
})

test.each([
  ['six hours after its end', { endsAt: new Date('2027-06-01T20:00:00Z') }, '2027-06-02T02:00:00Z'],
  ['a day after its beginning, when it says no end', {}, '2027-06-02T18:00:00Z'],
])('admits nobody from %s on, and says the same without a scan', async (_name, overrides, end) => {
  const { hall, purchase, scanner } = await atTheDoor(overrides)
  const code = purchase.tickets[0]?.code ?? ''
  const late = ctxOf(database, scanner.viewer, new Date(end))
  expect(await checkIn(late, scanOf(hall, purchase))).toMatchObject({ outcome: 'TOO_LATE' })
  expect(await validateTicket(late, { performanceId: hall.performance.id, code })).toMatchObject({
    outcome: 'TOO_LATE',
  })
  expect(await checkIn(later(late, -1), scanOf(hall, purchase))).toMatchObject({ outcome: 'ADMITTED' })
})

test('a door time a year too early admits nobody before the day before the start', async () => {
  const { hall, purchase, scanner } = await atTheDoor({ doorsAt: new Date('2026-06-01T17:00:00Z') })
  const early = ctxOf(database, scanner.viewer, new Date('2027-05-31T17:59:00Z'))
  expect(await checkIn(early, scanOf(hall, purchase))).toMatchObject({ outcome: 'TOO_EARLY' })
  expect(await checkIn(later(early, 1), scanOf(hall, purchase))).toMatchObject({ outcome: 'ADMITTED' })
})

test('admits nobody to a postponed performance', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  await database.db.update(performances).set({ status: 'POSTPONED' }).where(eq(performances.id, hall.performance.id))
  expect(await checkIn(scanner, scanOf(hall, purchase))).toMatchObject({ outcome: 'PERFORMANCE_POSTPONED' })
})

test('tells each change of an admission as a whole: how often a guest came, and whether they are inside', async () => {
  const { hall, purchase, scanner } = await atTheDoor({ entryRule: 'REENTRY' })
  const first = await checkIn(scanner, scanOf(hall, purchase))
  await exit(later(scanner, 1), hall, purchase)
  const again = await checkIn(later(scanner, 2), scanOf(hall, purchase))
  await undoCheckIn(later(scanner, 3), { checkInId: again.id })
  const states = (await eventsAbout(database, purchase.tickets[0]?.id ?? ''))
    .map(({ data }) => data as { version?: number; isInside?: boolean; entries?: number; admittedAt?: string })
    .filter((data) => data.entries !== undefined)
  const admittedAt = first.scannedAt.toISOString()
  expect(states).toMatchObject([
    { version: 1, isInside: true, entries: 1, admittedAt },
    { version: 2, isInside: false, entries: 1, admittedAt },
    { version: 3, isInside: true, entries: 2, admittedAt },
    { version: 4, isInside: false, entries: 1, admittedAt },
  ])
})

test('admits nobody to a cancelled performance, but still admits while the partner is suspended', async () => {
  const { hall, purchase, scanner } = await atTheDoor({ partnerId: 'ptr_suspended' })
  const { id } = hall.performance
  await database.db
    .update(partners)
    .set({ status: 'SUSPENDED', canSell: false })
    .where(eq(partners.id, 'ptr_suspended'))
  await database.db.update(performances).set({ status: 'CANCELLED' }).where(eq(performances.id, id))
  expect(await checkIn(later(scanner, 0), scanOf(hall, purchase))).toMatchObject({ outcome: 'PERFORMANCE_CANCELLED' })
  await database.db.update(performances).set({ status: 'SCHEDULED' }).where(eq(performances.id, id))
  expect(await checkIn(later(scanner, 0), scanOf(hall, purchase))).toMatchObject({ outcome: 'ADMITTED' })
})

test('lets a guest out and in again where re-entry is allowed, and only then', async () => {
  const { hall, purchase, scanner } = await atTheDoor({ entryRule: 'REENTRY' })
  expect(await exit(scanner, hall, purchase)).toBe('NOT_INSIDE')
  const outcomes: string[] = []
  for (const direction of ['ENTRY', 'ENTRY', 'EXIT', 'ENTRY', 'EXIT'] as const) {
    outcomes.push((await checkIn(scanner, scanOf(hall, purchase, { direction }))).outcome)
  }
  expect(outcomes).toEqual(['ADMITTED', 'ALREADY_ADMITTED', 'LEFT', 'ADMITTED', 'LEFT'])
  expect(await ticketsOf(database, purchase.booking.id)).toMatchObject([{ status: 'OUT' }])
  const once = await atTheDoor()
  await checkIn(once.scanner, scanOf(once.hall, once.purchase))
  expect(await exit(once.scanner, once.hall, once.purchase)).toBe('NO_REENTRY')
})

test('takes an admission back, once, and only the newest', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  const first = await checkIn(scanner, scanOf(hall, purchase))
  const undone = await undoCheckIn(later(scanner, 1), { checkInId: first.id, reason: 'Wrong door' })
  expect(undone).toMatchObject({ id: first.id, undoneAt: later(scanner, 1).now() })
  expect(await undoCheckIn(later(scanner, 2), { checkInId: first.id })).toEqual(undone)
  const second = await checkIn(later(scanner, 3), scanOf(hall, purchase))
  expect(second).toMatchObject({ outcome: 'ADMITTED' })
  const refused = await checkIn(later(scanner, 4), scanOf(hall, purchase))
  expect(refused).toMatchObject({ outcome: 'ALREADY_ADMITTED', earlierId: second.id })
  await expect(undoCheckIn(later(scanner, 5), { checkInId: refused.id })).rejects.toThrow(InvalidState)
})

test('returns the expected result of a scan without admitting anybody', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  const asked = { performanceId: hall.performance.id, code: purchase.tickets[0]?.code ?? '' }
  expect(await validateTicket(scanner, asked)).toMatchObject({ outcome: 'ADMITTED', ticket: { status: 'VALID' } })
  expect(await validateTicket(scanner, asked)).toMatchObject({ outcome: 'ADMITTED' })
  expect(await scansOf(hall)).toEqual([])
  await checkIn(scanner, scanOf(hall, purchase))
  expect(await validateTicket(scanner, asked)).toMatchObject({ outcome: 'ALREADY_ADMITTED' })
  expect(await validateTicket(scanner, { ...asked, code: 'x' })).toMatchObject({ outcome: 'NOT_GENUINE', ticket: null })
})

test('is for the scanners of the partner', async () => {
  const { hall, purchase } = await atTheDoor()
  const elsewhere = await house(database, { partnerId: 'ptr_rival' })
  const rival = ctxOf(database, await member(database, elsewhere, 'OWNER'), doorsAt)
  const guest = ctxOf(database, purchase.ctx.viewer, doorsAt)
  for (const stranger of [rival, guest]) {
    await expect(checkIn(stranger, scanOf(hall, purchase))).rejects.toThrow(NotFound)
    await expect(validateTicket(stranger, scanOf(hall, purchase))).rejects.toThrow(NotFound)
  }
  const scanner = ctxOf(database, await member(database, hall, 'SCANNER'), doorsAt)
  const admitted = await checkIn(scanner, scanOf(hall, purchase))
  await expect(undoCheckIn(rival, { checkInId: admitted.id })).rejects.toThrow(NotFound)
})

test('demands a nonce', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  await expect(checkIn(scanner, scanOf(hall, purchase, { nonce: ' ' }))).rejects.toThrow(InvalidInput)
})

test('refuses a gate that is too long or has invisible characters', async () => {
  const { hall, purchase, scanner } = await atTheDoor()
  for (const gate of ['x'.repeat(101), 'North\u202e', 'North\nSouth']) {
    await expect(checkIn(scanner, scanOf(hall, purchase, { gate }))).rejects.toMatchObject({
      fields: [{ field: 'gate' }],
    })
  }
  expect(await checkIn(scanner, scanOf(hall, purchase, { gate: '  ' }))).toMatchObject({ gate: null })
})
