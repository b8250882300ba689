import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, vi } from 'vitest'
import { createClient } from '../src/index.ts'
import { createSession, type SessionOptions, type SessionStorage, type SessionTokens } from '../src/session.ts'

export const minute = 60_000
export const start = Date.parse('2026-11-27T12:00:00Z')

/** Only the clock stands still. */
export function setClock(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: ms })
}

let made = 0
export function tokensUntil(ms: number): SessionTokens {
  made++
  return {
    userId: 'usr_1',
    accessToken: `access-${made}`,
    idToken: 'id',
    refreshToken: `refresh-${made}`,
    expiresAt: new Date(ms).toISOString(),
  }
}

export type Refresh = (response: ServerResponse) => void | Promise<void>

interface Platform {
  refresh?: Refresh
  /** Whether an access token is good. */
  isGood?: (token: string) => boolean
}

/** A platform with one account. It gives tokens for an hour. */
export async function platform(
  { refresh = renewed, isGood = () => true }: Platform = {},
  options: Partial<SessionOptions> = {},
) {
  const asked: string[] = []
  const server = createServer(async (request, response) => {
    const { query, variables } = JSON.parse(Buffer.concat(await request.toArray()).toString())
    const name = /\w+ (\w+)/.exec(query)?.[1] ?? ''
    asked.push(name)
    const token = request.headers.authorization?.replace('Bearer ', '') ?? null
    const isRefused = token !== null && !isGood(token)
    if (isRefused) answer(response, { errors: [unauthenticated] }, 401)
    else if (name === 'RefreshSession') await refresh(response)
    else answer(response, { data: dataOf(name, variables?.input) ?? { token } })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  onTestFinished(close)
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  const session = createSession({ url, ...options })
  const client = createClient({ url, token: session.token })
  const whoami = async () => (await client.run<{ token: string | null }>('query WhoAmI { token }')).token
  return { session, whoami, asked, close, url, count: (name: string) => asked.filter((one) => one === name).length }
}

const unauthenticated = { message: 'Sign in again.', extensions: { code: 'UNAUTHENTICATED' } }
export const refusal = (typename: string, code: string) => ({ __typename: typename, code, message: `${code}.` })

export function answer(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function dataOf(name: string, input: { password: string }): object | undefined {
  if (name === 'SignIn') return { signIn: signIn(input.password) }
  return name === 'SignOut' ? { signOut: { __typename: 'SignOut', signedOutAt: new Date().toISOString() } } : undefined
}

function signIn(password: string): object {
  if (password !== 'right') return refusal('SignInRefused', 'SIGN_IN_REFUSED')
  return { __typename: 'Session', ...tokensUntil(Date.now() + 60 * minute) }
}

export function renewed(response: ServerResponse): void {
  const session = { __typename: 'Session', ...tokensUntil(Date.now() + 60 * minute) }
  answer(response, { data: { refreshSession: session } })
}

export const ended: Refresh = (response) =>
  answer(response, { data: { refreshSession: refusal('SessionEnded', 'SESSION_ENDED') } })

/** A storage as AsyncStorage is one. */
export function memoryStorage(): SessionStorage & { items: Map<string, string> } {
  const items = new Map<string, string>()
  return {
    items,
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
  }
}

export const account = { email: 'fan@tikitu.example', password: 'right' }
