import { expect, test } from 'vitest'
import { writeSupergraph } from '../harness.ts'
import { freeOf, withLiveGateway } from './live-gateway.ts'

const live = withLiveGateway()

const booking = () => live.graph.booking
const put = (sdl: (text: string) => string) => {
  writeSupergraph(live.gateway.supergraphFile, [{ ...booking(), sdl: sdl(booking().sdl) }, live.graph.partner])
  return live.gateway.gateway.graph.supergraph.reload()
}

test('applies to open streams, over the same connection', async () => {
  const stream = await live.open('subscription { seats(performanceId: "p1") { free viewer } }')
  expect((await stream.next())?.json).toEqual({ data: { seats: { free: 10, viewer: 'nobody' } } })
  const opened = live.graph.booking.opened()
  expect(put((sdl) => sdl.replace('viewer: String', 'viewer: String @authenticated'))).toBe('loaded')
  live.graph.free.set(9)
  expect((await stream.next())?.json).toMatchObject({
    data: { seats: { free: 9, viewer: null } },
    errors: [{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }],
  })
  expect(live.graph.booking.opened()).toBe(opened + 1)
  expect(put((sdl) => sdl)).toBe('loaded')
})

test('keeps the connection of an unaffected stream', async () => {
  const stream = await live.open()
  expect(await stream.next()).toEqual(freeOf(10))
  const opened = live.graph.booking.opened()
  expect(put((sdl) => sdl.replace('now: String', 'now: String then: String'))).toBe('loaded')
  live.graph.free.set(9)
  expect(await stream.next()).toEqual(freeOf(9))
  expect(live.graph.booking.opened()).toBe(opened)
  expect(put((sdl) => sdl)).toBe('loaded')
})

test('ends an idle stream that it forbids', async () => {
  const stream = await live.open()
  expect(await stream.next()).toEqual(freeOf(10))
  const field = 'pad: Int = 0): Seats @public'
  expect(put((sdl) => sdl.replace(field, field.replace('@public', '@authenticated')))).toBe('loaded')
  expect(await stream.next()).toMatchObject({ json: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } })
  expect((await stream.next())?.name).toBe('complete')
  expect(put((sdl) => sdl)).toBe('loaded')
})

test('ends a stream whose field it removes', async () => {
  const stream = await live.open()
  expect(await stream.next()).toEqual(freeOf(10))
  expect(put((sdl) => sdl.replace('{ free: Int since', '{ left: Int since'))).toBe('loaded')
  expect(await stream.next()).toMatchObject({
    json: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
  })
  expect(put((sdl) => sdl)).toBe('loaded')
})
