import { generateServiceKeys, signClaims } from '@tikitu/kit/auth/signing-keys'
import { anonymous } from '@tikitu/kit/auth/viewer'
import { IdempotencyConflict, Unauthenticated, UserSuspended } from '@tikitu/kit/base/errors'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { quoteType } from '@tikitu/schema/quote'
import { expect, test } from 'vitest'
import {
  bookingKeys,
  claimsFor,
  ctxOf,
  later,
  migrations,
  quoteFor,
  serviceCtx,
  today,
} from '../../../test/factories.ts'
import { PaymentClosed, QuoteExpired, QuoteInvalid } from '../../errors.ts'
import { applyUser } from '../projections/apply-user.ts'
import { closeBooking } from './close-booking.ts'
import { startPayment } from './start-payment.ts'

const database = useDatabase(migrations)
const ada = testUser()

test('creates a payment from the quote, without a payment method', async () => {
  const quote = await quoteFor(ada.userId)
  const payment = await startPayment(ctxOf(database, ada), { quote })
  expect(payment).toMatchObject({
    status: 'REQUIRES_METHOD',
    userId: ada.userId,
    amountMinor: 10_000,
    feesMinor: 1_000,
    taxMinor: 1_437,
    currency: 'EUR',
    quote,
    expiresAt: new Date('2027-03-01T10:15:00Z'),
  })
})

test('returns the same payment for every start of a booking, even when they race', async () => {
  const quote = await quoteFor(ada.userId)
  const starts = Array.from({ length: 8 }, () => startPayment(ctxOf(database, ada), { quote }))
  const ids = new Set((await Promise.all(starts)).map((payment) => payment.id))
  expect(ids.size).toBe(1)
})

test('lets a newer quote extend the deadline for paying, and an older one not shorten it', async () => {
  const bookingId = 'bkg_extended'
  const exp = today.getTime() / 1000 + 60 * 60
  const long = await quoteFor(ada.userId, { bookingId, exp })
  const short = await quoteFor(ada.userId, { bookingId })
  const first = await startPayment(ctxOf(database, ada), { quote: short })
  const second = await startPayment(ctxOf(database, ada), { quote: long })
  const third = await startPayment(ctxOf(database, ada), { quote: short })
  expect([first.id, first.id]).toEqual([second.id, third.id])
  expect([second.expiresAt, third.expiresAt]).toEqual([new Date(exp * 1000), new Date(exp * 1000)])
})

test('returns the same payment for a repeated key, and a conflict for another quote', async () => {
  const quote = await quoteFor(ada.userId)
  const first = await startPayment(ctxOf(database, ada), { quote, idempotencyKey: 'once' })
  const again = await startPayment(ctxOf(database, ada), { quote, idempotencyKey: 'once' })
  expect(again.id).toBe(first.id)
  const other = await quoteFor(ada.userId)
  await expect(startPayment(ctxOf(database, ada), { quote: other, idempotencyKey: 'once' })).rejects.toThrow(
    IdempotencyConflict,
  )
})

test('refuses a quote of another customer', async () => {
  const quote = await quoteFor(ada.userId)
  await expect(startPayment(ctxOf(database), { quote })).rejects.toThrow(QuoteInvalid)
})

test('refuses a quote that booking did not sign', async () => {
  const claims = claimsFor(ada.userId)
  const forger = await generateServiceKeys('booking')
  const forged = await signClaims(forger, { typ: quoteType, claims, now: today })
  const ticket = await signClaims(bookingKeys, { typ: 'ticket+jwt', claims, now: today })
  const partner = await signClaims({ ...bookingKeys, service: 'partner' }, { typ: quoteType, claims, now: today })
  const genuine = await signClaims(bookingKeys, { typ: quoteType, claims, now: today })
  const [header, , proof] = genuine.split('.')
  const cheaper = Buffer.from(JSON.stringify({ ...claims, iss: 'booking', total: { amountMinor: 1, currency: 'EUR' } }))
  const tampered = `${header}.${cheaper.toString('base64url')}.${proof}`
  const unsigned = `${Buffer.from('{"alg":"none","typ":"quote+jwt"}').toString('base64url')}.${cheaper.toString('base64url')}.`
  for (const quote of [forged, ticket, partner, tampered, unsigned, 'nonsense', '']) {
    await expect(startPayment(ctxOf(database, ada), { quote })).rejects.toThrow(QuoteInvalid)
  }
})

test('refuses an expired quote', async () => {
  const quote = await quoteFor(ada.userId)
  await expect(startPayment(later(database, ctxOf(database, ada), 16), { quote })).rejects.toThrow(QuoteExpired)
})

test("says that it cannot verify quotes while booking's keys cannot be fetched", async () => {
  const ctx = ctxOf(database, ada)
  const quoteKeys = () => Promise.reject(new TypeError('fetch failed'))
  const quote = await quoteFor(ada.userId)
  await expect(startPayment({ ...ctx, quoteKeys }, { quote })).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test.each([
  [
    'there is nothing to pay',
    { total: { amountMinor: 0, currency: 'EUR' }, fees: { amountMinor: 0, currency: 'EUR' } },
  ],
  ['the fees are in another currency', { fees: { amountMinor: 10, currency: 'USD' } }],
  ['the fees are above the total', { fees: { amountMinor: 10_001, currency: 'EUR' } }],
])('refuses a quote when %s', async (_what, overrides) => {
  const quote = await quoteFor(ada.userId, overrides)
  await expect(startPayment(ctxOf(database, ada), { quote })).rejects.toThrow(QuoteInvalid)
})

test('refuses a different amount for a booking whose payment was started', async () => {
  const bookingId = 'bkg_other_amount'
  await startPayment(ctxOf(database, ada), { quote: await quoteFor(ada.userId, { bookingId }) })
  const quote = await quoteFor(ada.userId, { bookingId, total: { amountMinor: 9_999, currency: 'EUR' } })
  await expect(startPayment(ctxOf(database, ada), { quote })).rejects.toThrow(QuoteInvalid)
})

test('refuses an expired booking whose quote is still valid', async () => {
  const claims = claimsFor(ada.userId)
  const { bookingId, reference, partnerId } = claims
  const lapsed = { bookingId, reference, partnerId, userId: ada.userId, performanceId: 'prf_1' }
  await closeBooking(serviceCtx(database), lapsed)
  const quote = await quoteFor(ada.userId, { bookingId })
  await expect(startPayment(ctxOf(database, ada), { quote })).rejects.toThrow(PaymentClosed)
})

test('starts no payment for a suspended account or an anonymous caller', async () => {
  const eve = testUser()
  await applyUser(serviceCtx(database), {
    userId: eve.userId,
    version: 2,
    status: 'SUSPENDED',
    email: null,
    phone: null,
    name: null,
    locale: 'en',
    timeZone: 'UTC',
    marketingConsent: false,
  })
  const quote = await quoteFor(eve.userId)
  await expect(startPayment(ctxOf(database, eve), { quote })).rejects.toThrow(UserSuspended)
  await expect(startPayment(ctxOf(database, anonymous), { quote })).rejects.toThrow(Unauthenticated)
})
