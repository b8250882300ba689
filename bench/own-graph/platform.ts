import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  EventsDocument,
  HoldBestAvailableDocument,
  MyBookingsDocument,
  PerformanceDocument,
  SeatMapDocument,
  SignInDocument,
} from '@tikitu/client/operations'
import { payWith, placeBooking, startPayment, waitForConfirmation } from '../../dev/src/demo/buy-tickets.ts'
import { anonymousClient, type SignedInClient, signIn } from '../../dev/src/demo/signed-in-client.ts'
import { demoPassword } from '../../dev/src/embedded/accounts.ts'
import { silentReporter } from '../../dev/src/processes/reporter.ts'
import { ensureSeedData } from '../../dev/src/seed/ensure-seed-data.ts'
import { findFreePorts } from '../../dev/src/stack/ports.ts'
import { root } from '../../dev/src/stack/repository.ts'
import { recordFile } from '../../dev/src/stack/run-record.ts'
import { gateway, subgraphs } from '../../dev/src/stack/services.ts'
import { embeddedServices } from '../../dev/src/stack/settings.ts'
import { type Stack, startStack } from '../../dev/src/stack/start-stack.ts'

/** The platform with seed data and a user with bookings. */
export interface SeededPlatform {
  stack: Stack
  /** The event and performance that the pages show. */
  slug: string
  performanceId: string
  /** An access token of the user with bookings. */
  token: string
  /** The parent process of Postgres. */
  postgresPid: () => number
}

const bookingsOfFan = 5
/** Older seed data is recreated, since its performances pass. */
const maxAgeDays = 5

/** Starts the embedded stack on free ports, with seed data. */
export async function startSeededPlatform(): Promise<SeededPlatform> {
  const stack = await startStack({
    root,
    stateDir: prepareState(),
    ports: await choosePorts(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', GATEWAY_RATE_LIMITS: 'off' },
  })
  try {
    await ensureSeedData(stack, Promise.resolve(), silentReporter)
    const fan = await signIn(stack.graphUrl, 'fan@tikitu.example', demoPassword)
    await buyUntil(fan, bookingsOfFan)
    const { slug, performanceId } = await choosePerformance(fan)
    const token = await tokenOf(stack.graphUrl, fan.email)
    return { stack, slug, performanceId, token, postgresPid: () => pidOf(stack, 'postgres') }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

function prepareState(): string {
  const stateDir = join(root, '.tikitu', 'bench')
  const progress = join(stateDir, 'season.json')
  const from = existsSync(progress) ? Date.parse(JSON.parse(readFileSync(progress, 'utf8')).from) : 0
  if (Date.now() - from > maxAgeDays * 86_400_000) rmSync(stateDir, { recursive: true, force: true })
  mkdirSync(stateDir, { recursive: true })
  // When root runs the bench, Postgres runs as another user that needs access.
  chmodSync(stateDir, 0o755)
  return stateDir
}

async function choosePorts(): Promise<Record<string, number>> {
  const names = [...embeddedServices, ...subgraphs, gateway].map(({ name }) => name)
  const free = await findFreePorts(names.length)
  return Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]))
}

async function buyUntil(fan: SignedInClient, wanted: number): Promise<void> {
  const { me } = await fan.run(MyBookingsDocument, { status: 'CONFIRMED', first: wanted })
  const has = me?.bookings?.edges.length ?? 0
  const { events } = await fan.run(EventsDocument, { filter: { city: 'Vienna' }, sort: 'SOONEST', first: 20 })
  const performances = events?.edges.flatMap(({ node }) => node.performances.edges) ?? []
  for (const { node } of performances.slice(has, wanted)) await buyTwo(fan, node.id)
}

async function buyTwo(fan: SignedInClient, performanceId: string): Promise<void> {
  const { performance } = await fan.run(PerformanceDocument, { id: performanceId })
  const tiers = [{ tierId: performance?.tiers[0]?.id ?? '', count: 2 }]
  const hold = await fan.mutate(HoldBestAvailableDocument, { input: { performanceId, tiers, together: true } })
  const numbers = hold.seats.map(({ seatNumber }) => seatNumber)
  const { bookingId, quote } = await placeBooking(fan, { holdId: hold.id, numbers })
  await payWith(fan, await startPayment(fan, quote), 'pm_sandbox_approved')
  await waitForConfirmation(fan, bookingId)
}

/** A performance in the theatre: its map is of medium size and has seats of all kinds. */
async function choosePerformance(fan: SignedInClient): Promise<{ slug: string; performanceId: string }> {
  const { events } = await fan.run(EventsDocument, { filter: { text: 'tempest' }, sort: 'SOONEST', first: 1 })
  const event = events?.edges[0]?.node
  const performanceId = event?.performances.edges[0]?.node.id
  if (!event || !performanceId) throw new Error('The demo events are not on sale')
  await fan.run(SeatMapDocument, { performanceId })
  return { slug: event.slug, performanceId }
}

/** From the stack's run record. */
function pidOf({ settings }: Stack, name: string): number {
  const { children } = JSON.parse(readFileSync(recordFile(settings.stateDir), 'utf8'))
  return children[name].pid
}

async function tokenOf(graphUrl: string, email: string): Promise<string> {
  const input = { email, password: demoPassword }
  return (await anonymousClient(graphUrl).mutate(SignInDocument, { input })).accessToken
}
