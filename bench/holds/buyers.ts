import { Agent, request } from 'node:http'
import { parseRequestKeys, signRequest } from '@tikitu/kit/auth/request-signatures'
import { newId } from '@tikitu/kit/base/ids'
import type pg from 'pg'

/** Where there are seats to be had. */
export interface Sale {
  performanceId: string
  tierId: string
  zone: string
}

const operation = `mutation Hold($input: HoldBestAvailableInput!) {
  holdBestAvailable(input: $input) { __typename ... on Hold { id seats { seatNumber } } ... on Refusal { code } }
}`

/** Holds two seats together as a gateway would ask booking for them: the numbers of the places, or why not. */
export function throughBooking(port: number, keys: string, sale: Sale): () => Promise<number[] | string> {
  const [key] = parseRequestKeys(keys)
  if (!key) throw new Error('booking has a request key')
  const agent = new Agent({ keepAlive: true, maxSockets: 200 })
  const { performanceId, tierId } = sale
  const input = { performanceId, tiers: [{ tierId, count: 2 }], together: true }
  const body = JSON.stringify({ query: operation, variables: { input } })
  const parts = { method: 'POST', path: '/graphql', body }
  return async () => {
    const viewer = { kind: 'user' as const, userId: newId('usr'), email: null, groups: ['user'] }
    const signed = signRequest(parts, viewer, { key, now: new Date() })
    const headers = { ...signed, 'content-type': 'application/json', accept: 'application/json' }
    const { data, errors } = JSON.parse(await post({ port, agent, body, headers }))
    const answer = data?.holdBestAvailable
    if (answer?.__typename === 'Hold') return answer.seats.map(({ seatNumber }: { seatNumber: number }) => seatNumber)
    return answer?.code ?? errors?.[0]?.extensions?.code ?? 'UNKNOWN'
  }
}

interface Post {
  port: number
  agent: Agent
  body: string
  headers: Record<string, string>
}

function post({ port, agent, body, headers }: Post): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, agent, headers, host: '127.0.0.1', path: '/graphql', method: 'POST' }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** The least that a hold can be: one statement that picks two free neighbours by chance and writes them down. */
const leastHold = `with picked as (
    select one.number from places one
    join places next on next.performance_id = one.performance_id and next.number = one.number + 1
      and next.row = one.row and next.section = one.section and next.position = one.position + 1 and next.status = 'FREE'
    where one.performance_id = $1 and one.zone = $2 and one.status = 'FREE' and one.number >= $3 order by one.number limit 1
  ), locked as (
    select places.number from places, picked
    where performance_id = $1 and places.number between picked.number and picked.number + 1 and status = 'FREE'
    order by places.number for update of places skip locked
  ), hold as (
    insert into holds (id, performance_id, user_id, place_count, status, expires_at, created_at)
    select $4, $1, $5, 2, 'ACTIVE', now() + interval '10 minutes', now() where (select count(*) from locked) = 2 returning id
  )
  update places set status = 'HELD', hold_id = hold.id, tier_id = $6, held_until = now() + interval '10 minutes'
  from locked, hold where performance_id = $1 and places.number = locked.number returning places.number`

/** The same with nothing around it: who may, what it costs and which seats are best is not asked. */
export function barely(pool: pg.Pool, { performanceId, tierId, zone }: Sale): () => Promise<number[] | string> {
  let bounds: Promise<{ low: number; high: number }> | null = null
  const readBounds = async () => {
    const text = 'select min(number) as low, max(number) as high from places where performance_id = $1 and zone = $2'
    return (await pool.query(text, [performanceId, zone])).rows[0]
  }
  return async () => {
    bounds ??= readBounds()
    const { low, high } = await bounds
    const from = low + Math.floor(Math.random() * (high - low))
    const values = [performanceId, zone, from, newId('hld'), newId('usr'), tierId]
    const { rows } = await pool.query({ name: 'least hold', text: leastHold, values })
    return rows.length === 2 ? rows.map(({ number }) => number) : 'RACED'
  }
}
