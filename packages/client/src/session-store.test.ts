import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { account, memoryStorage, minute, platform, setClock, start } from '../test/session-platform.ts'
import { createSession, type SessionStorage } from './session.ts'

afterEach(() => {
  vi.useRealTimers()
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
  const heard: (string | undefined)[] = []
  session.onChange((tokens) => heard.push(tokens?.accessToken))
  setClock(start + 59 * minute)
  const replaced = await session.token()
  expect(await other.token()).toBe(replaced)
  expect(count('RefreshSession')).toBe(1)
  expect(heard).toEqual([replaced])
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

test('what is about to be stored is not overwritten by what is stored still', async () => {
  const storage = memoryStorage()
  let store = (): void => undefined
  const slow: SessionStorage = {
    ...storage,
    setItem: async (key, value) => {
      await new Promise<void>((resolve) => {
        store = resolve
      })
      storage.items.set(key, value)
    },
  }
  const { session } = await platform({}, { storage: slow })
  const signedIn = new Promise<string | undefined>((resolve) =>
    session.onChange((tokens) => resolve(tokens?.accessToken)),
  )
  const signing = session.signIn(account)
  const first = await signedIn
  const replacing = session.token(first)
  await expect.poll(async () => (await session.current())?.accessToken).not.toBe(first)
  expect(storage.items.size).toBe(0)
  const storing = setInterval(() => store(), 5)
  onTestFinished(() => clearInterval(storing))
  await signing
  expect(await replacing).toMatch(/^access-/)
})

test('what was read before the sign-out does not sign in again', async () => {
  const storage = memoryStorage()
  let release = (): void => undefined
  let isSlow = false
  const slow: SessionStorage = {
    ...storage,
    getItem: async (key) => {
      const text = await storage.getItem(key)
      if (isSlow)
        await new Promise<void>((resolve) => {
          release = resolve
        })
      return text
    },
  }
  const { session } = await platform({}, { storage: slow })
  const { accessToken } = await session.signIn(account)
  isSlow = true
  const replacing = session.token(accessToken)
  await session.signOut()
  release()
  expect(await replacing).toBeNull()
  expect(await session.current()).toBeNull()
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
  const newer = await session.token(tokens?.accessToken)
  expect(newer).toMatch(/^access-/)
  expect(newer).not.toBe(tokens?.accessToken)
})
