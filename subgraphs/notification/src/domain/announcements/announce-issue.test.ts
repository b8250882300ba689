import { useDatabase } from '@tikitu/kit/testing/database/database'
import { expect, test } from 'vitest'
import { ctxOf, deliverAll, fakeMailServer, migrations, person, sampleFor, take } from '../../../test/factories.ts'

const database = useDatabase(migrations)

test.each([
  [{ kind: 'CAPTURE_MISMATCH' }, 'instead of €98.50'],
  [{ kind: 'DUPLICATE_CAPTURE' }, 'was charged twice'],
  [{ kind: 'UNCONFIRMED_CAPTURE' }, 'is not confirmed yet'],
  [{ kind: 'OUTCOME_UNKNOWN', refundId: null }, 'do not pay again'],
  [{ kind: 'OUTCOME_UNKNOWN', refundId: 'rfd_1' }, 'is taking longer than it should'],
  [{ kind: 'REFUND_FAILED' }, 'set aside for you'],
  [{ kind: 'REFUND_MISMATCH' }, 'Our staff will correct this'],
])('says what is wrong and what happens next: %o', async (change, part) => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const issue = { ...(sampleFor('PAYMENT_ISSUE', ada.userId) as object), ...change }
  await take(ctx, 'payment.issueChanged', { ...issue, version: 3, occasion: 'CHANGED' })
  await take(ctx, 'payment.issueChanged', { ...issue, userId: null })
  await take(ctx, 'payment.issueChanged', issue)
  await deliverAll(ctx, ada.userId)
  expect(mails).toHaveLength(1)
  expect(mails[0]?.text.replace(/\s+/g, ' ')).toContain(part)
  expect(mails[0]?.text).not.toMatch(/support will/i)
})

test('says of money sent by hand when it was sent and under which reference', async () => {
  const { mails, channels } = fakeMailServer()
  const ctx = ctxOf(database, { channels })
  const ada = await person(ctx)
  const transfer = { reference: 'SEPA-1', sentOn: '2027-03-02' }
  await take(ctx, 'payment.refunded', { ...(sampleFor('PAYMENT_REFUNDED', ada.userId) as object), transfer })
  await deliverAll(ctx, ada.userId)
  expect(mails[0]?.text.replace(/\s+/g, ' ')).toContain(
    'by bank transfer on Tuesday, 2 March 2027, with the reference SEPA-1',
  )
  expect(mails[0]?.text).not.toContain('original payment method')
})
