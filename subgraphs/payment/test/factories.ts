import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { generateServiceKeys, localKeys, signClaims } from '@tikitu/kit/auth/signing-keys'
import type { UserViewer, Viewer } from '@tikitu/kit/auth/viewer'
import { newId } from '@tikitu/kit/base/ids'
import { createLog } from '@tikitu/kit/base/log'
import type { TestDatabase } from '@tikitu/kit/testing/database/database'
import { testStaff, testUser } from '@tikitu/kit/testing/graphql/context'
import { testRequestKey } from '@tikitu/kit/testing/graphql/subgraph'
import { type QuoteClaims, quoteType } from '@tikitu/schema/quote'
import { sql } from 'drizzle-orm'
import { type Ctx, createCtx, createSandboxCtx, type PaymentDeps } from '../src/context.ts'
import type { PaymentRow } from '../src/db/tables/payments.ts'
import { confirmPayment } from '../src/domain/payments/confirm-payment.ts'
import { startPayment } from '../src/domain/payments/start-payment.ts'
import { applyPartner } from '../src/domain/projections/apply-partner.ts'
import { tasks } from '../src/jobs.ts'
import type { SandboxCtx } from '../src/providers/sandbox/context.ts'
import { createPayment } from '../src/server.ts'

/** The folder of payment's migrations. */
export const migrations = fileURLToPath(new URL('../src/db/migrations', import.meta.url))

/** The time of these tests. */
export const today = new Date('2027-03-01T10:00:00Z')

/** The keys of this service, and those of booking, which signs quotes. */
const keys = await generateServiceKeys('payment')
export const bookingKeys = await generateServiceKeys('booking')

/** The secret that signs the sandbox's webhooks in these tests. */
export const webhookSecret = randomBytes(32).toString('base64')

/** The dependencies of payment in a test: the sandbox answers at once, and calls time out at once. */
export function depsOf(database: TestDatabase, overrides: Partial<PaymentDeps> = {}): PaymentDeps {
  return {
    db: database.db,
    keys,
    log: createLog('payment', 'silent'),
    now: () => today,
    requestKeys: [testRequestKey()],
    keysOf: (service) => localKeys(service === 'booking' ? bookingKeys.jwks : { keys: [] }),
    sandbox: {
      publicUrl: 'http://payment.example',
      webhookUrl: 'http://payment.invalid/webhooks/sandbox',
      webhookSecrets: [webhookSecret],
      delayMs: 0,
    },
    providerTimeoutMs: 1_000,
    allowsLocalReturns: false,
    ...overrides,
  }
}

/** A context of that viewer at that time. */
export function ctxOf(database: TestDatabase, viewer: Viewer = testUser(), now: Date = today): Ctx {
  return createCtx(depsOf(database, { now: () => now }), { viewer, requestId: newId('req'), acceptLanguage: 'en' })
}

/** A new context of the same caller some minutes later. */
export function later(database: TestDatabase, ctx: Ctx, minutes: number): Ctx {
  return ctxOf(database, ctx.viewer, new Date(ctx.now().getTime() + minutes * 60_000))
}

/** The service's own context, as in jobs, webhooks and events. */
export function serviceCtx(database: TestDatabase, now: Date = today): Ctx {
  return ctxOf(database, { kind: 'service', service: 'payment' }, now)
}

/** The sandbox's own context. */
export function sandboxCtxOf(database: TestDatabase): SandboxCtx {
  return createSandboxCtx(depsOf(database))
}

/** A context with a short timeout, so that an unanswered call does not delay the test. */
export function withShortTimeout(ctx: Ctx): Ctx {
  return { ...ctx, providerTimeoutMs: 30 }
}

/** A member of staff. */
export function testAdmin(): UserViewer {
  return testStaff()
}

const euros = (amountMinor: number) => ({ amountMinor, currency: 'EUR' })

/** The claims of a quote: 100 euros in total, ten of them fees, to be paid within fifteen minutes. */
export function claimsFor(userId: string, overrides: Partial<QuoteClaims> = {}): QuoteClaims {
  return {
    jti: newId('quo'),
    bookingId: newId('bkg'),
    reference: 'K7QM-2F9D',
    userId,
    partnerId: 'ptr_hall',
    eventTitle: 'Hamlet',
    lines: [{ label: 'Stalls, row C, seat 12', price: euros(9_000), fee: euros(1_000), tax: euros(1_437) }],
    fees: euros(1_000),
    tax: euros(1_437),
    total: euros(10_000),
    exp: today.getTime() / 1000 + 15 * 60,
    ...overrides,
  }
}

/** A quote that booking signed. */
export async function quoteFor(userId: string, overrides: Partial<QuoteClaims> = {}): Promise<string> {
  return await signClaims(bookingKeys, { typ: quoteType, claims: claimsFor(userId, overrides), now: today })
}

/** A payment that the caller started and did not pay yet. */
export async function started(ctx: Ctx, overrides: Partial<QuoteClaims> = {}): Promise<PaymentRow> {
  if (ctx.viewer.kind !== 'user') throw new Error('only a customer starts a payment')
  return await startPayment(ctx, { quote: await quoteFor(ctx.viewer.userId, overrides) })
}

/** A payment of the caller, captured with that card. */
export async function captured(
  ctx: Ctx,
  overrides: Partial<QuoteClaims> & { card?: string } = {},
): Promise<PaymentRow> {
  const { card = 'pm_sandbox_approved', ...claims } = overrides
  const { id } = await started(ctx, claims)
  return await confirmPayment(ctx, { paymentId: id, paymentMethod: card })
}

/** A partner with an owner, a manager and a scanner; their viewers. */
export async function partnerWithMembers(database: TestDatabase) {
  const partnerId = newId('ptr')
  const [owner, manager, scanner] = ['OWNER', 'MANAGER', 'SCANNER'].map(() => testUser({ groups: ['partner', 'user'] }))
  const members = [
    { userId: owner?.userId ?? '', role: 'OWNER' as const },
    { userId: manager?.userId ?? '', role: 'MANAGER' as const },
    { userId: scanner?.userId ?? '', role: 'SCANNER' as const },
  ]
  const state = { partnerId, version: 1, name: 'The Hall', status: 'VERIFIED' as const, maySell: true }
  await applyPartner(serviceCtx(database), { ...state, mayBePaidOut: true, members })
  return { partnerId, owner: owner as UserViewer, manager: manager as UserViewer, scanner: scanner as UserViewer }
}

/** The queued jobs of one task, oldest first. */
export async function jobsOf(database: TestDatabase, task: string): Promise<{ id: string; payload: unknown }[]> {
  const { rows } = await database.db.execute<{ id: string; payload: unknown }>(sql`
    select jobs.id::text, jobs.payload from graphile_worker._private_jobs jobs
    join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
    where tasks.identifier = ${task} order by jobs.id`)
  return rows
}

/** Runs the queued jobs of one task in order, whenever they are due. */
export async function runJobs(database: TestDatabase, task: string, deps = depsOf(database)): Promise<number> {
  const jobs = await jobsOf(database, task)
  const run = tasks(deps, async () => undefined)[task]
  for (const job of jobs) {
    await database.db.execute(sql`select graphile_worker.complete_jobs(array[${job.id}::bigint])`)
    await run?.(job.payload)
  }
  return jobs.length
}

/** Payment listening on its own port, where the sandbox delivers its webhooks. */
export async function listening(database: TestDatabase, now: Date = today) {
  const deps = depsOf(database, { now: () => now })
  const subgraph = await createPayment(deps)
  const server = subgraph.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const withUrl = { ...deps, sandbox: { ...deps.sandbox, publicUrl: url, webhookUrl: `${url}/webhooks/sandbox` } }
  return { url, subgraph, deps: withUrl, close: () => void server.close() }
}
