import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { generateServiceKeys, localKeys } from '../auth/signing-keys.ts'
import { readBody } from '../base/http.ts'
import { createLog } from '../base/log.ts'
import type { BaseCtx } from '../context/context.ts'
import { inTransaction } from '../postgres/database.ts'
import { createSignals } from '../subscriptions/notify.ts'
import { useDatabase } from '../testing/database/database.ts'
import { testCtx, testUser } from '../testing/graphql/context.ts'
import { outboxOf } from '../testing/graphql/events.ts'
import { createInbox, type EventHandlers } from './inbox.ts'
import { createEmit, deliverEvent, eventSignatureHeader, httpTransport } from './outbox.ts'

const database = useDatabase(fileURLToPath(new URL('../testing/database/migrations', import.meta.url)))

const registry = {
  'shop.sold': { version: 1, payload: z.object({ item: z.string(), count: z.int() }), to: ['stock', 'shop', 'tax'] },
} as const
const emit = createEmit(registry, 'shop')
const shop = await generateServiceKeys('shop')
const stranger = await generateServiceKeys('shop')

async function sell(item: string): Promise<void> {
  const ctx = testCtx(database, { viewer: testUser({ userId: 'usr_1' }) })
  await inTransaction(ctx, (tx) => emit(tx, 'shop.sold', { subject: item, data: { item, count: 1 } }))
}

/** A receiver that counts what it was told, and the wire between it and the outbox. */
async function stock(handlers: EventHandlers<typeof registry, BaseCtx>) {
  const receive = createInbox({ registry, handlers, keysOf: () => localKeys(shop.jwks) })
  const server = createServer(async (request, response) => {
    const body = (await readBody(request, 10_000)).toString()
    const receipt = await receive(testCtx(database), body, String(request.headers[eventSignatureHeader])).catch(() => ({
      status: 500,
      message: '',
    }))
    response.writeHead(receipt.status).end(receipt.message)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function lastEvent(item: string) {
  const found = (await outboxOf(database.db)).find((delivery) => delivery.event.subject === item)
  if (!found) throw new Error(`nothing was emitted about ${item}`)
  return found.event
}

test('records an event once per subscriber, and never for the emitter itself', async () => {
  await sell('apple')
  const deliveries = (await outboxOf(database.db)).filter((delivery) => delivery.event.subject === 'apple')
  expect(deliveries.map((delivery) => delivery.to)).toEqual(['stock', 'tax'])
  expect(deliveries[0]?.event).toMatchObject({
    specversion: '1.0',
    source: 'tikitu/shop',
    type: 'tikitu.shop.sold.v1',
    actor: 'usr_1',
    data: { item: 'apple', count: 1 },
  })
  expect(deliveries[1]?.event.id).toBe(deliveries[0]?.event.id)
})

test('wakes whoever watches the subject of an event, also of one that nobody else takes', async () => {
  const signals = createSignals({ db: database.db, log: createLog('test', 'silent') })
  onTestFinished(() => signals.close())
  const watch = await signals.watch(['pear', 'quince'])
  await watch.wait()
  await sell('pear')
  expect(await watch.wait()).toBe(true)
  const own = { 'shop.counted': { version: 1, payload: z.object({}), to: ['shop'] } } as const
  const ctx = testCtx(database)
  await inTransaction(ctx, (tx) => createEmit(own, 'shop')(tx, 'shop.counted', { subject: 'quince', data: {} }))
  expect(await watch.wait()).toBe(true)
})

test('lets nothing leave when the transaction is undone', async () => {
  const undone = inTransaction(testCtx(database), async (tx) => {
    await emit(tx, 'shop.sold', { subject: 'ghost', data: { item: 'ghost', count: 1 } })
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect((await outboxOf(database.db)).filter((delivery) => delivery.event.subject === 'ghost')).toEqual([])
})

test('refuses to emit outside a transaction, and a payload of another shape', async () => {
  const fact = { subject: 'pear', data: { item: 'pear', count: 1 } }
  await expect(emit(testCtx(database), 'shop.sold', fact)).rejects.toThrow(/in the transaction/)
  const wrong = { subject: 'pear', data: { item: 'pear', count: 0.5 } }
  await expect(inTransaction(testCtx(database), (tx) => emit(tx, 'shop.sold', wrong))).rejects.toThrow()
})

test('acts once however often an event is delivered, also at the same instant', async () => {
  await sell('plum')
  const event = await lastEvent('plum')
  const taken: string[] = []
  const url = await stock({ 'shop.sold': async (_ctx, data) => void taken.push(data.item) })
  const deliver = deliverEvent(httpTransport(shop, () => url))
  await Promise.all([1, 2, 3, 4].map(() => deliver({ to: 'stock', event })))
  await deliver({ to: 'stock', event })
  expect(taken).toEqual(['plum'])
})

test('refuses an event of a source that there is none of, without asking for its keys', async () => {
  const receive = createInbox({
    registry,
    handlers: {},
    keysOf: (service) => {
      throw new TypeError(`Invalid URL: ${service}`)
    },
  })
  await sell('medlar')
  const event = await lastEvent('medlar')
  for (const source of ['evil', '__proto__', 'constructor', '']) {
    const foreign = { ...event, source: `tikitu/${source}`, type: `tikitu.${source}.x.v1` }
    const receipt = await receive(testCtx(database), JSON.stringify(foreign), '')
    expect([400, 401], source).toContain(receipt.status)
  }
})

test('forgets that it took an event when acting on it failed, so the next delivery acts', async () => {
  await sell('fig')
  const event = await lastEvent('fig')
  let calls = 0
  const url = await stock({
    'shop.sold': async (ctx) => {
      calls += 1
      await ctx.db.execute(sql`insert into taken_items (item) values ('fig')`)
      if (calls === 1) throw new Error('not now')
    },
  })
  const deliver = deliverEvent(httpTransport(shop, () => url))
  await expect(deliver({ to: 'stock', event })).rejects.toThrow(/500/)
  await deliver({ to: 'stock', event })
  const { rows } = await database.db.execute(sql`select item from taken_items where item = 'fig'`)
  expect(rows).toHaveLength(1)
})

test('refuses an event that another key signed, another body under a good signature, and what it does not take', async () => {
  await sell('kiwi')
  const event = await lastEvent('kiwi')
  const url = await stock({})
  await expect(deliverEvent(httpTransport(stranger, () => url))({ to: 'stock', event })).rejects.toThrow(/401/)
  await expect(deliverEvent(httpTransport(shop, () => url))({ to: 'stock', event })).rejects.toThrow(/422/)
})

test('refuses what a service tells of another service, under a good signature of its own', async () => {
  await sell('lime')
  const event = { ...(await lastEvent('lime')), source: 'tikitu/tax' }
  const url = await stock({ 'shop.sold': async () => undefined })
  await expect(deliverEvent(httpTransport(shop, () => url))({ to: 'stock', event })).rejects.toThrow(/401/)
})
