import { converse } from '../converse.ts'

/** What a number of connections saw of a server in a stretch of time. */
export interface Load {
  requests: number
  seconds: number
  p50Ms: number
  p99Ms: number
  /** Answers that were not the expected text. */
  wrong: number
  /** How the first of them began. */
  firstWrong: string | null
}

export interface Loading {
  port: number
  query: string
  seconds: number
  connections: number
  expected: string
}

/** Sends one request after the other on each connection, and times the answers. */
export async function runLoad({ port, query, seconds, connections, expected }: Loading): Promise<Load> {
  const request = requestOf(port, query)
  const times: number[] = []
  let wrong = 0
  let firstWrong: string | null = null
  const started = performance.now()
  const end = started + seconds * 1000
  await Promise.all(
    Array.from({ length: connections }, async () => {
      await converse(port, (send, close) => {
        let sent = 0
        const ask = (): void => {
          if (performance.now() >= end) return close()
          sent = performance.now()
          send(request)
        }
        ask()
        return (body) => {
          times.push(performance.now() - sent)
          if (body.trimEnd() !== expected) {
            wrong++
            firstWrong ??= body.slice(0, 200)
          }
          ask()
        }
      })
    }),
  )
  const elapsed = (performance.now() - started) / 1000
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0
  return { requests: times.length, seconds: elapsed, p50Ms: at(0.5), p99Ms: at(0.99), wrong, firstWrong }
}

/** One request's answer. */
export async function askOnce(port: number, query: string): Promise<string> {
  let answer = ''
  await converse(port, (send, close) => {
    send(requestOf(port, query))
    return (body) => {
      answer = body
      close()
    }
  })
  return answer.trimEnd()
}

function requestOf(port: number, query: string): Buffer {
  const body = JSON.stringify({ query })
  const headers = [
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`POST /graphql HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`)
}
