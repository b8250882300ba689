import { setTimeout } from 'node:timers/promises'
import { converse } from './converse.ts'

/** What a client sends, again and again. */
export interface Sent {
  /** The JSON of a GraphQL request. */
  body: string
  /** The path of a GET request, which is sent instead. */
  get?: string
  token?: string | null
}

/** What a number of connections saw of a server in a stretch of time. */
export interface Load {
  requests: number
  seconds: number
  p50Ms: number
  p99Ms: number
  /** Answers that were not as expected. */
  wrong: number
  /** How the first of them began. */
  firstWrong: string | null
}

export interface Loading {
  port: number
  sent: Sent
  seconds: number
  /** Goes on for longer until there were so many: a process is warm after a number of requests, not of seconds. */
  minRequests?: number
  connections: number
  isExpected: (body: string) => boolean
}

/** Sends one request after the other on each connection, and times the answers. */
export async function runLoad(loading: Loading): Promise<Load> {
  const { port, sent, seconds, connections, isExpected, minRequests = 0 } = loading
  const request = requestOf(port, sent)
  const times: number[] = []
  const wrong: string[] = []
  const started = performance.now()
  const end = started + seconds * 1000
  const drive = () =>
    converse(port, (send, close) => {
      let sentAt = 0
      const ask = (): void => {
        if (performance.now() >= end && times.length >= minRequests) return close()
        sentAt = performance.now()
        send(request)
      }
      ask()
      return (body) => {
        times.push(performance.now() - sentAt)
        if (!isExpected(body)) wrong.push(body.slice(0, 200))
        ask()
      }
    })
  await Promise.all(Array.from({ length: connections }, drive))
  const elapsed = (performance.now() - started) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  const firstWrong = wrong[0] ?? null
  return { requests: times.length, seconds: elapsed, p50Ms: at(0.5), p99Ms: at(0.99), wrong: wrong.length, firstWrong }
}

/** The answer to one request. */
export async function askOnce(port: number, sent: Sent): Promise<string> {
  let answer = ''
  await converse(port, (send, close) => {
    send(requestOf(port, sent))
    return (body) => {
      answer = body
      close()
    }
  })
  return answer.trimEnd()
}

/** Waits until a server answers, and gives its answer. @throws when it does not within half a minute */
export async function firstAnswer(port: number, sent: Sent): Promise<string> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await askOnce(port, sent).catch(() => '')
    if (answer) return answer
    await setTimeout(100)
  }
  throw new Error('the server does not answer')
}

function requestOf(port: number, { body, token, get }: Sent): Buffer {
  const shared = [
    `host: 127.0.0.1:${port}`,
    'accept: application/json',
    ...(token ? [`authorization: Bearer ${token}`] : []),
  ]
  if (get !== undefined) return Buffer.from(`GET ${get} HTTP/1.1\r\n${shared.join('\r\n')}\r\n\r\n`)
  const headers = [...shared, 'content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}
