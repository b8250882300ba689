import { converse } from '../converse.ts'
import type { Page } from './pages.ts'

/** What a number of connections saw of a server in a stretch of time. */
export interface Load {
  requests: number
  seconds: number
  p50Ms: number
  p99Ms: number
  /** Answers that were not the expected text. */
  wrong: number
}

export interface Loading {
  port: number
  page: Page
  seconds: number
  /** Goes on for longer until there were so many: a process is warm after a number of requests, not of seconds. */
  minRequests?: number
  connections: number
  isExpected: (body: string) => boolean
}

/** Sends one request after the other on each connection, and times the answers. */
export async function runLoad({
  port,
  page,
  seconds,
  connections,
  isExpected,
  minRequests = 0,
}: Loading): Promise<Load> {
  const request = requestOf(port, page)
  const times: number[] = []
  let wrong = 0
  const started = performance.now()
  const end = started + seconds * 1000
  const drive = () =>
    converse(port, (send, close) => {
      let sent = 0
      const ask = (): void => {
        if (performance.now() >= end && times.length >= minRequests) return close()
        sent = performance.now()
        send(request)
      }
      ask()
      return (body) => {
        times.push(performance.now() - sent)
        if (!isExpected(body)) wrong++
        ask()
      }
    })
  await Promise.all(Array.from({ length: connections }, drive))
  const elapsed = (performance.now() - started) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { requests: times.length, seconds: elapsed, p50Ms: at(0.5), p99Ms: at(0.99), wrong }
}

/** The answer to one request. */
export async function askOnce(port: number, page: Page): Promise<string> {
  let answer = ''
  await converse(port, (send, close) => {
    send(requestOf(port, page))
    return (body) => {
      answer = body
      close()
    }
  })
  return answer
}

function requestOf(port: number, { body, token }: Page): Buffer {
  const headers = [
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json',
    ...(token ? [`authorization: Bearer ${token}`] : []),
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}
