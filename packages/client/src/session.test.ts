import { afterEach, expect, test, vi } from 'vitest'
import {
  account,
  answer,
  ended,
  memoryStorage,
  minute,
  platform,
  type Refresh,
  refusal,
  renewed,
  setClock,
  start,
  tokensUntil,
} from '../test/session-platform.ts'
import { Refused, TikituError } from './index.ts'

afterEach(() => {
  vi.useRealTimers()
})

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

test.each([
  ['TooManyAttempts', 'TOO_MANY_ATTEMPTS'],
  ['MadeLater', 'MADE_LATER'],
])('a refresh that is refused with %s does not end the session', async (typename, code) => {
  const tooMany: Refresh = (response) => answer(response, { data: { refreshSession: refusal(typename, code) } })
  const { session, whoami } = await platform({ refresh: tooMany, isGood: () => false })
  const { accessToken } = await session.signIn(account)
  await expect(whoami()).rejects.toMatchObject({ name: 'Refused', code })
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
