import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { sendJson } from './http.ts'

/** Why a request is not taken, in a sentence; null when it is. */
export type Objection = (request: IncomingMessage) => string | null

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1|0:0:0:0:0:0:0:1|::ffff:127(\.\d{1,3}){3})$/i

/** Whether only this machine reaches what listens on that address. */
export function isLoopback(host: string): boolean {
  return loopback.test(host.replace(/^\[|\]$/g, ''))
}

/**
 * Takes requests for these names only, whatever the port. A page of a stranger can have its own name answered with the address of this
 * machine (DNS rebinding), and is then free to read what it asks for: its name is what gives it away.
 */
export function foreignHost(names: readonly string[]): Objection {
  const own = new Set(names.map((name) => name.toLowerCase()))
  return ({ headers: { host } }) => {
    if (host === undefined || own.has(withoutPort(host))) return null
    return `The host name ${JSON.stringify(host)} is not allowed.`
  }
}

/** The names by which this machine calls itself. */
export const localNames: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** Takes no request that a page of another origin makes: what it answers is for its own page, and for programs. */
export const foreignOrigin: Objection = ({ headers }) => {
  const { origin, host } = headers
  if (origin !== undefined && URL.parse(origin)?.host !== host) return 'Requests from other origins are not allowed.'
  // Some requests come without their origin; what a person opens by a link is no such request.
  const isForeign = headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site'
  return isForeign && headers['sec-fetch-mode'] !== 'navigate' ? 'Requests from other origins are not allowed.' : null
}

/** Puts objections before everything that the server answers, WebSocket upgrades too: 403. */
export function refuseForeign(server: Server, objections: readonly Objection[]): void {
  const objectionTo = (request: IncomingMessage): string | null => {
    for (const objection of objections) {
      const problem = objection(request)
      if (problem) return problem
    }
    return null
  }
  intercept(server, 'request', (request, response: ServerResponse) => {
    const problem = objectionTo(request)
    if (problem) sendJson(response, 403, { errors: [{ message: problem, extensions: { code: 'FORBIDDEN' } }] })
    return problem === null
  })
  intercept(server, 'upgrade', (request, socket: Duplex) => {
    const problem = objectionTo(request)
    // A refused client may disconnect before the answer, which is not an error.
    if (problem)
      socket
        .on('error', () => undefined)
        .end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
    return problem === null
  })
}

/** Lets an event through to who listened already when `isHandled` says so. */
function intercept<T>(server: Server, name: string, isHandled: (request: IncomingMessage, answer: T) => boolean): void {
  const listeners = server.listeners(name)
  if (listeners.length === 0) return
  server.removeAllListeners(name)
  server.on(name, (request: IncomingMessage, answer: T, ...rest: unknown[]) => {
    if (!isHandled(request, answer)) return
    for (const listener of listeners) listener.call(server, request, answer, ...rest)
  })
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, '').toLowerCase()
}
