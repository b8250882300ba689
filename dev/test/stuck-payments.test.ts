// biome-ignore-all lint/style/noRestrictedImports: what one service really emits is brought to the others, in one process
import { type CloudEvent, eventName } from '@tikitu/kit/messaging/cloud-event'
import { inTransaction } from '@tikitu/kit/postgres/database'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { type Events, events } from '@tikitu/schema/events/registry'
import { expect, test } from 'vitest'
import { applyEvent } from '../../subgraphs/admin/src/domain/audit/apply-event.ts'
import { countPaymentIssues } from '../../subgraphs/admin/src/domain/dashboard/payment-issue-figures.ts'
import * as office from '../../subgraphs/admin/test/factories.ts'
import { handlers as bookingHandlers } from '../../subgraphs/booking/src/events.ts'
import * as house from '../../subgraphs/booking/test/factories.ts'
import * as purchases from '../../subgraphs/booking/test/purchases.ts'
import { handlers as mailHandlers } from '../../subgraphs/notification/src/events.ts'
import * as mail from '../../subgraphs/notification/test/factories.ts'
import { actOnIssue } from '../../subgraphs/payment/src/domain/issues/act-on-issue.ts'
import { handlers as paymentHandlers } from '../../subgraphs/payment/src/events.ts'
import * as till from '../../subgraphs/payment/test/factories.ts'
import { issuesIn, staffOf } from '../../subgraphs/payment/test/issues.ts'

const bookingDatabase = useDatabase(house.migrations)
const paymentDatabase = useDatabase(till.migrations)
const mailDatabase = useDatabase(mail.migrations)
const adminDatabase = useDatabase(office.migrations)
const look = issuesIn(paymentDatabase)
const brought = new Set<string>()

type Handler = (ctx: unknown, data: unknown, event: CloudEvent) => Promise<void>
type Service = 'booking' | 'payment' | 'notification' | 'admin'

const { mails, channels } = mail.fakeMailServer()

/** The consumers of events, each with its own handlers in a transaction, as in its inbox. */
const takers: Record<Service, (event: CloudEvent, data: unknown) => Promise<void>> = {
  booking: (event, data) => handle(house.ctxOf(bookingDatabase), bookingHandlers, { event, data }),
  payment: (event, data) => handle(till.serviceCtx(paymentDatabase), paymentHandlers, { event, data }),
  notification: (event, data) => handle(mail.ctxOf(mailDatabase, { channels }), mailHandlers, { event, data }),
  admin: async (event, data) => {
    const ctx = office.ctxOf(adminDatabase, { kind: 'service', service: 'admin' })
    await inTransaction(ctx, (ctx) => applyEvent(ctx, data as Record<string, unknown>, event))
  },
}

async function handle(
  ctx: Parameters<typeof inTransaction>[0],
  handlers: object,
  { event, data }: { event: CloudEvent; data: unknown },
): Promise<void> {
  const handler = (handlers as Record<string, Handler>)[eventName(event.type)]
  await inTransaction(ctx, async (ctx) => await handler?.(ctx, data, event))
}

/** Delivers all new events of booking and payment, until none are left. */
async function bring(): Promise<void> {
  for (let isNews = true; isNews; ) {
    isNews = false
    for (const { db } of [bookingDatabase, paymentDatabase]) {
      for (const { to, event } of await outboxOf(db)) {
        const key = `${to} ${event.id}`
        if (brought.has(key) || !(to in takers)) continue
        brought.add(key)
        isNews = true
        const { payload } = events[eventName(event.type) as keyof Events]
        await takers[to as Service](event, payload.parse(event.data))
      }
    }
  }
}

/** A booking of two seats, and a payment that is one euro short. */
async function underpaid() {
  const hall = await house.house(bookingDatabase)
  const { ctx, booking } = await purchases.placed(bookingDatabase, hall)
  const ada = till.ctxOf(paymentDatabase, ctx.viewer)
  const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })
  const { id: bookingId, reference, partnerId, totalMinor, feesMinor } = booking
  const claims = { bookingId, reference, partnerId, total: euros(totalMinor), fees: euros(feesMinor), tax: euros(0) }
  const payment = await till.captured(ada, { ...claims, card: 'pm_sandbox_captures_less' })
  await mail.person(mail.ctxOf(mailDatabase, { channels }), { userId: booking.userId, name: 'Ada' })
  await bring()
  const read = async () => {
    await bring()
    await mail.deliverAll(mail.ctxOf(mailDatabase, { channels }), booking.userId)
    return mails.filter(({ to }) => to.address === `${booking.userId}@example.org`).map(({ subject }) => subject)
  }
  const status = async () => (await purchases.bookingRow(bookingDatabase, bookingId)).status
  return { payment, booking, read, status, issue: await look.issueOf(payment.id) }
}

const figures = () => countPaymentIssues(office.superadminOf(adminDatabase).ctx, null)

test('a wrong amount is reported to booking, the customer and the dashboard, and confirms the booking when staff accept it', async () => {
  const { issue, booking, read, status } = await underpaid()
  expect(await status()).toBe('NEEDS_REVIEW')
  expect(await figures()).toMatchObject({
    openCount: 1,
    amounts: [{ amountMinor: booking.totalMinor - 100, currency: 'EUR' }],
  })
  expect(await read()).toEqual([expect.stringMatching(/^About €.* for your booking/)])
  await actOnIssue(
    staffOf(paymentDatabase).first,
    { issueId: issue.id, note: 'A euro is no matter' },
    { action: 'ACCEPT' },
  )
  expect(await read()).toEqual([expect.stringMatching(/^About/), expect.stringMatching(/^Your tickets/)])
  expect(await status()).toBe('CONFIRMED')
  expect(await figures()).toMatchObject({ openCount: 0, oldestOpenedAt: null })
})

test('a wrong amount that staff reject is refunded: the booking fails, and the customer is told the amount', async () => {
  const { issue, payment, read, status } = await underpaid()
  await actOnIssue(staffOf(paymentDatabase).first, { issueId: issue.id, note: 'Too little' }, { action: 'REFUND' })
  await bring()
  expect(await status()).toBe('FAILED')
  await look.settleRefunds(payment.id)
  expect(await read()).toEqual([
    ...[
      expect.stringMatching(/^About/),
      expect.stringMatching(/^No tickets/),
      expect.stringMatching(/^Your refund of/),
    ],
  ])
  expect(await look.payment(payment.id)).toMatchObject({ status: 'CANCELLED', openIssues: 0 })
  expect(await figures()).toMatchObject({ openCount: 0 })
})
