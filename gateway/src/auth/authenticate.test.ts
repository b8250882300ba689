import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { Unavailable } from '@tikitu/kit/base/errors'
import { expect, test } from 'vitest'
import { createAuthenticator } from './authenticate.ts'
import { TokenRefused } from './verify-token.ts'

const ada: UserViewer = { kind: 'user', userId: 'usr_ada', email: null, groups: [] }

test('verifies a token once a minute', async () => {
  const desk = signInDesk(1_000_000)
  for (let i = 0; i < 10; i++) expect(await desk.authenticate('Bearer abc')).toBe(ada)
  expect(desk.checks()).toBe(1)
  desk.now = 60_001
  await desk.authenticate('Bearer abc')
  expect(desk.checks()).toBe(2)
})

test('never caches a token beyond its expiry', async () => {
  const desk = signInDesk(10_000)
  await desk.authenticate('bearer abc')
  desk.now = 10_000
  desk.verdict = new TokenRefused('expired')
  await expect(desk.authenticate('bearer abc')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('does not cache rejections', async () => {
  const desk = signInDesk(1_000_000)
  desk.verdict = new TokenRefused('unknown key')
  await expect(desk.authenticate('Bearer abc')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
  desk.verdict = null
  expect(await desk.authenticate('Bearer abc')).toBe(ada)
})

test('reports UNAVAILABLE, not an invalid token, when keys cannot be fetched', async () => {
  const desk = signInDesk(1_000_000)
  desk.verdict = new Unavailable('no keys')
  await expect(desk.authenticate('Bearer abc')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('treats an empty header like none', async () => {
  expect(await signInDesk(1).authenticate('')).toEqual({ kind: 'anonymous' })
  expect(await signInDesk(1).authenticate(undefined)).toEqual({ kind: 'anonymous' })
})

function signInDesk(expiresAt: number) {
  let count = 0
  const desk = { now: 0, verdict: null as Error | null, checks: () => count }
  const authenticate = createAuthenticator({
    verify: async () => {
      count++
      if (desk.verdict) throw desk.verdict
      return { viewer: ada, expiresAt }
    },
    now: () => desk.now,
    onRefusal: () => undefined,
  })
  return Object.assign(desk, { authenticate })
}
