import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { createClient, Refused, TikituError } from './index.ts'
import { createSession, type SessionOptions, type SessionStorage, type SessionTokens } from './session.ts'

const minute = 60_000
const start = Date.parse('2026-11-27T12:00:00Z')

afterEach(() => {
  vi.useRealTimers()
})

/** Only the clock stands still. */
function setClock(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: ms })
}

let made = 0
function tokensUntil(ms: number): SessionTokens {
  made++
  return {
    userId: 'usr_1',
    accessToken: `access-${made}`,
    idToken: 'id',
    refreshToken: `refresh-${made}`,
    expiresAt: new Date(ms).toISOString(),
  }
}

type Refresh = (response: ServerResponse) => void | Promise<void>

interface Platform {
  refresh?: Refresh
  /** Whether an access token is good. */
  isGood?: (token: string) => boolean
}

/** A platform with one account. It gives tokens for an hour. */
async function platform(
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
const refusal = (typename: string, code: string) => ({ __typename: typename, code, message: `${code}.` })

function answer(response: ServerResponse, body: object, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function dataOf(name: string, input: { password: string }): object | undefined {
  if (name === 'SignIn') return { signIn: signIn(input.password) }
  return name === 'SignOut' ? { signOut: true } : undefined
}

function signIn(password: string): object {
  if (password !== 'right') return refusal('SignInRefused', 'SIGN_IN_REFUSED')
  return { __typename: 'Session', ...tokensUntil(Date.now() + 60 * minute) }
}

function renewed(response: ServerResponse): void {
  const session = { __typename: 'Session', ...tokensUntil(Date.now() + 60 * minute) }
  answer(response, { data: { refreshSession: session } })
}

const ended: Refresh = (response) =>
  answer(response, { data: { refreshSession: refusal('SessionEnded', 'SESSION_ENDED') } })

/** A storage as AsyncStorage is one. */
function memoryStorage(): SessionStorage & { items: Map<string, string> } {
  const items = new Map<string, string>()
  return {
    items,
    getItem: async (key) => items.get(key) ?? null,
    setItem: async (key, value) => void items.set(key, value),
    removeItem: async (key) => void items.delete(key),
  }
}

const account = { email: 'fan@tikitu.example', password: 'right' }

test('signs in, and requests carry the access token; before, they are nobody’s', async () => {
  const { session, whoami } = await platform()
  expect(await whoami()).toBeNull()
  const tokens = await session.signIn(account)
  expect(await whoami()).toBe(tokens.accessToken)
  expect(await session.current()).toMatchObject({ userId: 'usr_1', accessToken: tokens.accessToken })
})

test('a sign-in that is refused is thrown as Refused, and nobody is signed in', async () => {
  const { session } = await platform()
  const failure = session.signIn({ ...account, password: 'wrong' })
  await expect(failure).rejects.toBeInstanceOf(Refused)
  await expect(failure).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' })
  expect(await session.current()).toBeNull()
})

test('a token is replaced before it ends, once for all who ask at the same time', async () => {
  setClock(start)
  const { session, whoami, count } = await platform()
  const first = await session.signIn(account)
  setClock(start + 58 * minute)
  expect(await whoami()).toBe(first.accessToken)
  setClock(start + 59 * minute)
  const seen = new Set(await Promise.all(Array.from({ length: 8 }, whoami)))
  expect([seen.size, seen.has(first.accessToken), count('RefreshSession')]).toEqual([1, false, 1])
})

test('a token that is refused is replaced once, for all who were refused', async () => {
  const revoked = new Set<string>()
  const { session, whoami, count } = await platform({ isGood: (token) => !revoked.has(token) })
  const { accessToken } = await session.signIn(account)
  revoked.add(accessToken)
  const seen = new Set(await Promise.all(Array.from({ length: 5 }, whoami)))
  expect([seen.size, seen.has(accessToken), count('RefreshSession')]).toEqual([1, false, 1])
})

test('a session that the platform ended is over: listeners are told, and requests are nobody’s', async () => {
  const { session, whoami, asked } = await platform({ refresh: ended, isGood: () => false })
  const heard: (string | undefined)[] = []
  const stop = session.onChange((tokens) => heard.push(tokens?.userId))
  await session.signIn(account)
  await expect(whoami()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await session.current()).toBeNull()
  expect(await whoami()).toBeNull()
  expect(heard).toEqual(['usr_1', undefined])
  expect(asked).toEqual(['SignIn', 'WhoAmI', 'RefreshSession', 'WhoAmI'])
  stop()
  await session.signIn(account)
  expect(heard).toHaveLength(2)
})

test('while the platform is away a token is used as long as it is good, and then the reason is told', async () => {
  setClock(start)
  const { session, close } = await platform()
  const { accessToken } = await session.signIn(account)
  close()
  setClock(start + 59.5 * minute)
  expect(await session.token()).toBe(accessToken)
  setClock(start + 60 * minute)
  const failure = Promise.resolve(session.token())
  await expect(failure).rejects.toBeInstanceOf(TikituError)
  await expect(failure).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect(await session.current()).toMatchObject({ accessToken })
})

test('too many refreshes do not end the session', async () => {
  const tooMany: Refresh = (response) =>
    answer(response, { data: { refreshSession: refusal('TooManyAttempts', 'TOO_MANY_ATTEMPTS') } })
  const { session, whoami } = await platform({ refresh: tooMany, isGood: () => false })
  const { accessToken } = await session.signIn(account)
  await expect(whoami()).rejects.toMatchObject({ name: 'Refused', code: 'TOO_MANY_ATTEMPTS' })
  expect(await session.current()).toMatchObject({ accessToken })
})

test('a clock that is wrong does not replace tokens with every request', async () => {
  setClock(start)
  const { session, whoami, count } = await platform()
  const old = { ...tokensUntil(start - minute) }
  await session.use(old)
  for (let i = 0; i < 3; i++) expect(await whoami()).toBe(old.accessToken)
  expect(count('RefreshSession')).toBe(0)
  setClock(start + minute)
  await whoami()
  expect(count('RefreshSession')).toBe(1)
})

test('is kept in a storage, and found there again', async () => {
  const storage = memoryStorage()
  const { session, url } = await platform({}, { storage, storageKey: 'mine' })
  const tokens = await session.signIn(account)
  expect([...storage.items.keys()]).toEqual(['mine'])
  const later = createSession({ url, storage, storageKey: 'mine' })
  expect(await later.current()).toEqual(await session.current())
  expect(await later.token()).toBe(tokens.accessToken)
})

test.each(['no JSON', '{}', 'null', '"text"'])('what a storage holds and is no session is none: %s', async (text) => {
  const storage = memoryStorage()
  storage.items.set('tikitu.session', text)
  const { session } = await platform({}, { storage })
  expect(await session.current()).toBeNull()
  expect(await session.token()).toBeNull()
})

test('what another tab has replaced is not replaced again', async () => {
  setClock(start)
  const storage = memoryStorage()
  const { session, url, count } = await platform({}, { storage })
  await session.signIn(account)
  const other = createSession({ url, storage })
  await other.current()
  setClock(start + 59 * minute)
  const replaced = await session.token()
  expect(await other.token()).toBe(replaced)
  expect(count('RefreshSession')).toBe(1)
})

test('signing out in another tab signs out here, with the next refresh', async () => {
  setClock(start)
  const storage = memoryStorage()
  const { session, url, count } = await platform({}, { storage })
  await session.signIn(account)
  await createSession({ url, storage }).signOut()
  setClock(start + 59 * minute)
  expect(await session.token()).toBeNull()
  expect(count('RefreshSession')).toBe(0)
})

test('a refresh that comes back after the sign-out does not sign in again', async () => {
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  const slow: Refresh = async (response) => {
    await held
    renewed(response)
  }
  const storage = memoryStorage()
  const { session, count } = await platform({ refresh: slow }, { storage })
  const { accessToken } = await session.signIn(account)
  const refreshing = session.token(accessToken)
  await expect.poll(() => count('RefreshSession')).toBe(1)
  await session.signOut()
  release()
  expect(await refreshing).toBeNull()
  expect([await session.current(), storage.items.size]).toEqual([null, 0])
})

test('signing out forgets the session, also when the platform cannot be told', async () => {
  const storage = memoryStorage()
  const { session, close, count } = await platform({}, { storage })
  await session.signIn(account)
  await session.signOut()
  expect([await session.current(), storage.items.size, count('SignOut')]).toEqual([null, 0, 1])
  await session.signIn(account)
  close()
  await expect(session.signOut()).rejects.toMatchObject({ code: 'UNREACHABLE' })
  expect([await session.current(), storage.items.size]).toEqual([null, 0])
})

test('a storage that cannot be written keeps nobody from signing in', async () => {
  const full: SessionStorage = {
    getItem: () => null,
    setItem: () => {
      throw new Error('The quota has been exceeded.')
    },
    removeItem: () => undefined,
  }
  const { session, whoami } = await platform({}, { storage: full })
  await expect(session.signIn(account)).rejects.toThrow('quota')
  const tokens = await session.current()
  expect(await whoami()).toBe(tokens?.accessToken)
  expect(await session.token(tokens?.accessToken)).not.toBe(tokens?.accessToken)
})
