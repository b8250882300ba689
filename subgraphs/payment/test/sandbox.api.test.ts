import { newId } from '@tikitu/kit/base/ids'
import { applyConfigChange } from '@tikitu/kit/context/settings'
import { useDatabase } from '@tikitu/kit/testing/database/database'
import { testUser } from '@tikitu/kit/testing/graphql/context'
import { outboxOf } from '@tikitu/kit/testing/graphql/events'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { createCtx } from '../src/context.ts'
import { payments } from '../src/db/tables/payments.ts'
import { webhookEvents } from '../src/db/tables/webhooks.ts'
import { listAttempts } from '../src/domain/payments/attempts.ts'
import { confirmPayment } from '../src/domain/payments/confirm-payment.ts'
import { refundPayment } from '../src/domain/refunds/refund-payment.ts'
import { jobsOf, listening, migrations, runJobs, serviceCtx, started, testAdmin } from './factories.ts'

const database = useDatabase(migrations)

/** A payment service that listens, and a customer of it. */
async function shop() {
  const service = await listening(database)
  const ctxFor = (viewer = testUser()) =>
    createCtx(service.deps, { viewer, requestId: newId('req'), acceptLanguage: 'en' })
  const run = (task: string) => runJobs(database, task, service.deps)
  return { ...service, ctxFor, run, ada: ctxFor() }
}

async function statusOf(id: string) {
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, id))
  return payment?.status
}

test('reports by signed webhooks over HTTP, duplicated for one card, and each counts once', async () => {
  const { ada, run, close } = await shop()
  const { id: paymentId } = await started(ada)
  await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_twice' })
  expect(await run('sandboxDeliver')).toBe(3)
  const taken = await database.db.select().from(webhookEvents)
  expect(taken.filter(({ body }) => JSON.stringify(body).includes(paymentId))).toMatchObject([
    { status: 'TAKEN' },
    { status: 'TAKEN' },
  ])
  const told = (await outboxOf(database.db)).filter(({ event }) => event.subject === paymentId)
  expect(told).toHaveLength(2)
  close()
})

test('completes a payment by webhook when the response was lost', async () => {
  const { ada, run, close } = await shop()
  const { id: paymentId } = await started(ada)
  await confirmPayment({ ...ada, providerTimeoutMs: 30 }, { paymentId, paymentMethod: 'pm_sandbox_timeout' })
  expect(await statusOf(paymentId)).toBe('PROCESSING')
  await run('sandboxDeliver')
  expect(await statusOf(paymentId)).toBe('CAPTURED')
  close()
})

test('retries a delivery that was not accepted', async () => {
  const { ada, run, close, deps } = await shop()
  const { id: paymentId } = await started(ada)
  await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_pending' })
  await run('sandboxSettle')
  const wrong = { ...deps, sandbox: { ...deps.sandbox, webhookSecrets: [Buffer.alloc(32).toString('base64')] } }
  const waiting = await jobsOf(database, 'sandboxDeliver')
  expect(waiting.length).toBeGreaterThan(0)
  await expect(runJobs(database, 'sandboxDeliver', wrong)).rejects.toThrow(/answered 401/)
  expect(await statusOf(paymentId)).toBe('PROCESSING')
  close()
})

test.each([
  ['approve', 'Payment approved', 'CAPTURED'],
  ['fail', 'not approved', 'REQUIRES_METHOD'],
])('lets the customer %s on the 3-D Secure page, and then closes it', async (answer, says, status) => {
  const { ada, run, close } = await shop()
  const { id: paymentId } = await started(ada)
  await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_3ds' })
  await run('sandboxDeliver')
  const [attempt] = await listAttempts(ada, paymentId)
  const page = attempt?.actionUrl ?? ''
  const shown = await fetch(page)
  expect(shown.status).toBe(200)
  expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(await shown.text()).toMatch(/€100\.00.*value="approve".*value="fail"/s)
  const post = () => fetch(page, { method: 'POST', body: new URLSearchParams({ answer }) })
  expect(await (await post()).text()).toContain(says)
  expect((await post()).status).toBe(404)
  expect((await fetch(page)).status).toBe(404)
  expect(await statusOf(paymentId)).toBe('REQUIRES_ACTION')
  await run('sandboxDeliver')
  expect(await statusOf(paymentId)).toBe(status)
  close()
})

test.each([
  ['https://tickets.example/paid?cart=7#top', 'approve', 'https://tickets.example'],
  ['com.example.tickets://paid?cart=7#top', 'fail', 'com.example.tickets:'],
])(
  'sends the customer back to %s with the id of the payment only, also on a second click',
  async (returnUrl, answer, target) => {
    const { ada, close } = await shop()
    const value = ['https://tickets.example', 'com.example.tickets:']
    const partnerId = newId('ptr')
    await applyConfigChange(serviceCtx(database), { key: 'payment.returnUrls', scope: partnerId, value, version: 1 })
    const { id: paymentId } = await started(ada, { partnerId })
    await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_3ds', returnUrl: new URL(returnUrl) })
    const [attempt] = await listAttempts(ada, paymentId)
    expect(attempt?.returnUrl).toBe(returnUrl)
    const page = attempt?.actionUrl ?? ''
    const shown = await fetch(page)
    expect(shown.headers.get('content-security-policy')).toContain(`form-action 'self' ${target};`)
    const post = () => fetch(page, { method: 'POST', body: new URLSearchParams({ answer }), redirect: 'manual' })
    const answers = [await post(), await post(), await fetch(page, { redirect: 'manual' })]
    const location = returnUrl.replace('#top', `&payment_id=${paymentId}#top`)
    expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual(
      Array(3).fill([303, location]),
    )
    close()
  },
)

test('refunds and reports by webhook when it succeeds', async () => {
  const { ada, ctxFor, run, close } = await shop()
  const { id: paymentId } = await started(ada)
  await confirmPayment(ada, { paymentId, paymentMethod: 'pm_sandbox_twice' })
  const amount = { amountMinor: 4_000, currency: 'EUR' }
  await refundPayment(ctxFor(testAdmin()), { paymentId, amount, reason: 'Goodwill' })
  await run('sendRefund')
  await run('sandboxSettle')
  await run('sandboxDeliver')
  const [payment] = await database.db.select().from(payments).where(eq(payments.id, paymentId))
  expect(payment).toMatchObject({ refundedMinor: 4_000, refundReservedMinor: 4_000 })
  close()
})

test('answers 401 to an unsigned webhook, and 404 to an unknown page', async () => {
  const { url, close } = await shop()
  const webhook = await fetch(`${url}/webhooks/sandbox`, { method: 'POST', body: '{}' })
  expect(webhook.status).toBe(401)
  for (const path of ['/sandbox/3ds/nothing', '/sandbox/3ds/', '/sandbox/3ds/a/b']) {
    expect((await fetch(`${url}${path}`)).status).toBe(404)
  }
  close()
})
