import { join } from 'node:path'
import { createClient } from '@tikitu/client'
import { AvailabilityChangedDocument, BookingChangedDocument, InboxChangedDocument } from '@tikitu/client/operations'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { payWith, placeBooking, startPayment } from '../src/demo/buy-tickets.ts'
import { holdTwo } from '../src/demo/choose-seats.ts'
import { demoUserPassword } from '../src/demo/demo-context.ts'
import { register } from '../src/demo/register.ts'
import { type PartnerSetup, setUpPartner } from '../src/demo/set-up-partner.ts'
import { anonymousClient, type SignedInClient, signIn } from '../src/demo/signed-in-client.ts'
import { demoAccounts, demoPassword } from '../src/embedded/accounts.ts'
import { isOk } from '../src/processes/is-ok.ts'
import { silentReporter } from '../src/processes/reporter.ts'
import { type RunningProcess, runProcess } from '../src/processes/run-process.ts'
import { findFreePorts } from '../src/stack/ports.ts'
import type { Stack } from '../src/stack/start-stack.ts'
import { type App, installApp } from './packed-client/install-app.ts'
import { demoContextOf, startPlatform } from './test-platform.ts'

let stack: Stack
let end: () => Promise<void>
let setup: PartnerSetup
/** A second gateway in front of a second booking process. */
let otherBooking: RunningProcess
let otherGateway: RunningProcess
let otherUrl: string
let fan: SignedInClient
let fanElsewhere: SignedInClient

beforeAll(async () => {
  ;({ stack, end } = await startPlatform())
  const [bookingPort = 0, gatewayPort = 0] = await findFreePorts(2)
  otherBooking = startAnother('booking', 'subgraphs/booking', { BOOKING_SERVICE_PORT: bookingPort })
  await otherBooking.ready()
  const upstream = { BOOKING_SERVICE_URL: `http://127.0.0.1:${bookingPort}`, GATEWAY_STREAM_RESUME_MS: 45_000 }
  otherGateway = startAnother('gateway', 'gateway', { AUTH_ROUTE_SERVICE_PORT: gatewayPort, ...upstream })
  await otherGateway.ready()
  otherUrl = `http://127.0.0.1:${gatewayPort}/graphql`
  const demo = demoContextOf(stack, 'live')
  setup = await setUpPartner(demo)
  fan = await register(demo, 'fan', 'Finn Fan')
  fanElsewhere = await signIn(otherUrl, fan.email, demoUserPassword)
}, 300_000)

afterAll(async () => {
  await Promise.all([otherGateway?.stop(), otherBooking?.stop()])
  await end?.()
}, 60_000)

/** Starts another process of a service on its own port and the same database. */
function startAnother(name: string, folder: string, env: Record<string, string | number>): RunningProcess {
  const { root, stateDir } = stack.settings
  const port = Object.values(env)[0]
  const context = {
    cwd: root,
    logDirectory: join(stateDir, 'logs'),
    cacheDirectory: join(stateDir, 'cache'),
    isJoining: false,
    report: silentReporter,
    onStarted: () => undefined,
    signal: new AbortController().signal,
  }
  const changed = Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, String(value)]))
  return runProcess(context, {
    name: `other-${name}`,
    script: join(root, folder, 'src', 'main.ts'),
    env: { ...stack.environment(name), ...changed },
    isReady: () => isOk(`http://127.0.0.1:${port}/health/ready`),
  })
}

/** The next result that matches. */
async function until<T>(results: AsyncIterator<T>, matches: (result: T) => boolean): Promise<T> {
  for (;;) {
    const { done, value } = await results.next()
    if (done) throw new Error('the stream ended')
    if (matches(value)) return value
  }
}

function iteratorOf<T>(answers: AsyncIterable<T>): AsyncIterator<T> {
  const iterator = answers[Symbol.asyncIterator]()
  onTestFinished(() => void iterator.return?.())
  return iterator
}

test('seats held through one gateway disappear from maps watched through another', async () => {
  const { performanceId } = setup
  const seats = iteratorOf(anonymousClient(otherUrl).subscribe(AvailabilityChangedDocument, { performanceId }))
  const first = (await seats.next()).value.data?.availabilityChanged?.availability
  expect(first).toMatchObject({ isDelta: false })
  const free = first.sections.reduce((sum: number, section: { free: number }) => sum + section.free, 0)
  const held = await holdTwo(fan, performanceId)
  const { data } = await until(seats, () => true)
  const { isDelta, sections = [], version } = data?.availabilityChanged?.availability ?? {}
  expect(isDelta).toBe(true)
  const changed = new Map(sections.map((section) => [section.section, section.free]))
  const now = first.sections.map(({ section, free }: { section: number; free: number }) => changed.get(section) ?? free)
  expect(now.reduce((sum: number, free: number) => sum + free, 0)).toBe(free - 2)

  const { bookingId, quote } = await placeBooking(fan, held)
  const since = anonymousClient(otherUrl).subscribe(AvailabilityChangedDocument, { performanceId, since: version })
  expect((await iteratorOf(since).next()).value.data.availabilityChanged.availability).toMatchObject({ isDelta: true })
  const mine = iteratorOf(fanElsewhere.subscribe(BookingChangedDocument, { id: bookingId }))
  expect((await mine.next()).value.data.bookingChanged).toMatchObject({ status: 'AWAITING_PAYMENT' })
  const inbox = iteratorOf(fanElsewhere.subscribe(InboxChangedDocument, {}))
  const before = (await inbox.next()).value.data.inboxChanged.inbox.unseenCount
  await payWith(fan, await startPayment(fan, quote), 'pm_sandbox_approved')
  const confirmed = await until(mine, ({ data }) => data?.bookingChanged?.status === 'CONFIRMED')
  expect(confirmed.data?.bookingChanged?.tickets).toHaveLength(2)
  const message = await until(inbox, ({ data }) => (data?.inboxChanged?.inbox?.unseenCount ?? 0) > before)
  expect(message.data?.inboxChanged?.inbox?.edges[0]?.node.title).toBeTruthy()
}, 120_000)

test('another user’s booking and an anonymous inbox are not sent', async () => {
  const held = await holdTwo(fan, setup.performanceId)
  const { bookingId } = await placeBooking(fan, held)
  const stranger = await register(demoContextOf(stack, 'live-stranger'), 'fan', 'Sam Stranger')
  const { value } = await iteratorOf(stranger.subscribe(BookingChangedDocument, { id: bookingId })).next()
  expect(value).toMatchObject({ data: { bookingChanged: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  const refused = iteratorOf(anonymousClient(otherUrl).subscribe(InboxChangedDocument, {})).next()
  await expect(refused).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
}, 60_000)

describe('an app that has nothing but the packed SDK', () => {
  let app: App

  beforeAll(async () => {
    app = await installApp()
  }, 120_000)

  afterAll(() => app?.remove())

  test.each(['buyInNode', 'buyInChromium', 'buyInReactNative'] as const)(
    'signs in, chooses a seat on the map, pays and has its ticket: %s',
    async (buy) => {
      const { email } = demoAccounts[3]
      const order = { url: stack.graphUrl, email, password: demoPassword, performanceId: setup.performanceId }
      const { seat, ...bought } = await app[buy](order)
      expect(seat).toMatch(/^Stalls, row [A-F], seat \d+$/)
      expect(bought).toEqual({
        total: '€30.73',
        tickets: [{ status: 'VALID', seatLabel: seat }],
        offline: { name: 'TikituError', code: 'UNREACHABLE', status: 0 },
        late: { name: 'TikituError', code: 'TIMEOUT', status: 0 },
        refused: { name: 'TikituError', code: 'UNAUTHENTICATED', status: 401 },
      })
    },
    60_000,
  )
})

test.each(['stopped and started again', 'killed'])(
  'a process of booking that is %s under a stream is not noticed by who reads it',
  async (how) => {
    const { performanceId } = setup
    let connects = 0
    const counting: typeof fetch = (...call) => {
      connects++
      return fetch(...call)
    }
    const client = createClient({ url: otherUrl, fetch: counting })
    const seats = iteratorOf(client.subscribe(AvailabilityChangedDocument, { performanceId }))
    await seats.next()
    if (how === 'killed') await otherBooking.kill()
    else {
      await otherBooking.stop()
      otherBooking.start()
    }
    expect((await seats.next()).value.data.availabilityChanged.availability.sections).not.toHaveLength(0)
    await holdTwo(fan, performanceId)
    await until(seats, ({ data }) => data?.availabilityChanged?.availability.isDelta === true)
    expect(connects).toBe(1)
  },
  60_000,
)

test('a stopping gateway tells its subscribers to reconnect within seconds', async () => {
  const { performanceId } = setup
  const urls: string[] = []
  const balanced: typeof fetch = (_url, init) => {
    urls.push(urls.length === 0 ? otherUrl : stack.graphUrl)
    return fetch(urls.at(-1) ?? '', init)
  }
  const client = createClient({ url: otherUrl, fetch: balanced })
  const seats = iteratorOf(
    client.subscribe(AvailabilityChangedDocument, (last) => ({
      performanceId,
      since: last?.availabilityChanged?.availability.version,
    })),
  )
  await seats.next()
  const began = performance.now()
  await otherGateway.stop()
  expect(performance.now() - began).toBeLessThan(8_000)
  expect((await seats.next()).value.data.availabilityChanged.availability).toMatchObject({ isDelta: true })
  expect(urls).toEqual([otherUrl, stack.graphUrl])
}, 60_000)
