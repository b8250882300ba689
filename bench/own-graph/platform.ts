import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { succeed } from '@tikitu/client'
import {
  EventsDocument,
  HoldBestAvailableDocument,
  MyBookingsDocument,
  PerformanceDocument,
  SeatMapDocument,
  SignInDocument,
} from '@tikitu/client/operations'
import { demoPassword } from '../../dev/src/accounts.ts'
import { findFreePorts } from '../../dev/src/ports.ts'
import { silent } from '../../dev/src/report.ts'
import { root } from '../../dev/src/repository.ts'
import { recordFile } from '../../dev/src/run-record.ts'
import { ensureSeason } from '../../dev/src/season/ensure-season.ts'
import { gateway, subgraphs } from '../../dev/src/services.ts'
import { parts } from '../../dev/src/settings.ts'
import { type Stack, startStack } from '../../dev/src/start-stack.ts'
import { confirmed, payWith, placeBooking, startPayment } from '../../dev/src/story/buy.ts'
import { anybody, type Person, signIn } from '../../dev/src/story/person.ts'

/** The platform with a season on sale, and somebody who has been there before. */
export interface SeededPlatform {
  stack: Stack
  /** What the pages ask for. */
  slug: string
  performanceId: string
  /** An access token of somebody who has bookings. */
  token: string
  /** The process that everything of Postgres was started by. */
  postgresPid: () => number
}

const bookingsOfFan = 5
/** A season has only so many days: an older one is put on sale anew. */
const maxAgeDays = 5

/** Starts the embedded stack on free ports, and makes sure that there is something to look at. */
export async function startSeededPlatform(): Promise<SeededPlatform> {
  const stack = await startStack({
    root,
    stateDir: prepareState(),
    ports: await choosePorts(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'warn', GATEWAY_RATE_LIMITS: 'off' },
  })
  try {
    await ensureSeason(stack, Promise.resolve(), silent)
    const fan = await signIn(stack.graphUrl, 'fan@tikitu.example', demoPassword)
    await buyUntil(fan, bookingsOfFan)
    const { slug, performanceId } = await chooseShow(fan)
    const token = await tokenOf(stack.graphUrl, fan.email)
    return { stack, slug, performanceId, token, postgresPid: () => pidOf(stack, 'postgres') }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

function prepareState(): string {
  const stateDir = join(root, '.tikitu', 'bench')
  const season = join(stateDir, 'season.json')
  const from = existsSync(season) ? Date.parse(JSON.parse(readFileSync(season, 'utf8')).from) : 0
  if (Date.now() - from > maxAgeDays * 86_400_000) rmSync(stateDir, { recursive: true, force: true })
  mkdirSync(stateDir, { recursive: true })
  // Where root runs the bench, Postgres runs as somebody else, who must be able to come in.
  chmodSync(stateDir, 0o755)
  return stateDir
}

async function choosePorts(): Promise<Record<string, number>> {
  const names = [...parts, ...subgraphs, gateway].map(({ name }) => name)
  const free = await findFreePorts(names.length)
  return Object.fromEntries(names.map((name, index) => [name, free[index] ?? 0]))
}

async function buyUntil(fan: Person, wanted: number): Promise<void> {
  const { me } = await fan.run(MyBookingsDocument, { status: 'CONFIRMED', first: wanted })
  const has = me?.bookings?.edges.length ?? 0
  const { events } = await fan.run(EventsDocument, { filter: { city: 'Vienna' }, sort: 'SOONEST', first: 20 })
  const shows = events?.edges.flatMap(({ node }) => node.performances) ?? []
  for (const { id } of shows.slice(has, wanted)) await buyTwo(fan, id)
}

async function buyTwo(fan: Person, performanceId: string): Promise<void> {
  const { performance } = await fan.run(PerformanceDocument, { id: performanceId })
  const tiers = [{ tierId: performance?.tiers[0]?.id ?? '', count: 2 }]
  const answer = await fan.run(HoldBestAvailableDocument, { input: { performanceId, tiers, together: true } })
  const hold = succeed(answer.holdBestAvailable, 'Hold')
  const numbers = hold.places.map(({ number }) => number)
  const { bookingId, quote } = await placeBooking(fan, { holdId: hold.id, numbers })
  await payWith(fan, await startPayment(fan, quote), 'pm_sandbox_approved')
  await confirmed(fan, bookingId)
}

/** A play in the theatre: its map has places of all kinds, and is not the largest. */
async function chooseShow(fan: Person): Promise<{ slug: string; performanceId: string }> {
  const { events } = await fan.run(EventsDocument, { filter: { text: 'tempest' }, sort: 'SOONEST', first: 1 })
  const event = events?.edges[0]?.node
  const performanceId = event?.performances[0]?.id
  if (!event || !performanceId) throw new Error('the season is not on sale')
  await fan.run(SeatMapDocument, { performanceId })
  return { slug: event.slug, performanceId }
}

/** As the stack keeps it, for whoever has to clean up after it. */
function pidOf({ settings }: Stack, name: string): number {
  const { children } = JSON.parse(readFileSync(recordFile(settings.stateDir), 'utf8'))
  return children[name].pid
}

async function tokenOf(graphUrl: string, email: string): Promise<string> {
  const { signIn } = await anybody(graphUrl).run(SignInDocument, { input: { email, password: demoPassword } })
  return succeed(signIn, 'Session').accessToken
}
