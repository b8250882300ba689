import type { UserViewer } from '@tikitu/kit/auth/viewer'
import { expect, test } from 'vitest'
import { createFileUrls, type UrlPurpose, UrlRefused } from './file-urls.ts'

const now = new Date('2027-03-01T10:00:00Z')
const ada: UserViewer = { kind: 'user', userId: 'usr_ada', email: 'ada@example.com', groups: ['user'] }
const [one, two] = [1, 2].map((fill) => ({ id: `k${fill}`, secret: Buffer.alloc(32, fill) }))
const urlsOf = (...keys: (typeof one)[]) =>
  createFileUrls({ baseUrl: 'https://api.example', keys: keys.flatMap((key) => key ?? []) })
const urls = urlsOf(one)

function signed(overrides: Partial<UrlPurpose> = {}): string {
  const purpose = {
    method: 'GET',
    path: '/files/booking/bkg_1.pdf',
    viewer: ada,
    lifeSeconds: 300,
    ...overrides,
  } as const
  return urls.sign(purpose, now).url
}

const pathOf = (url: string) => url.slice('https://api.example'.length)
const verify = (url: string, at = now, method = 'GET') => urls.verify({ method, url: pathOf(url) }, at)

test('is good for its path, viewer and method until it expires', () => {
  const { url, expiresAt } = urls.sign(
    { method: 'GET', path: '/files/booking/bkg_1.pdf', viewer: ada, lifeSeconds: 300 },
    now,
  )
  expect(url).toMatch(
    /^https:\/\/api\.example\/files\/booking\/bkg_1\.pdf\?expires=\d+&viewer=usr_ada&key=k1&signature=[\w-]{43}$/,
  )
  expect(expiresAt).toEqual(new Date('2027-03-01T10:05:00Z'))
  expect(verify(url, new Date(expiresAt.getTime() - 1))).toEqual({ ...ada, email: null, groups: [], staff: null })
  expect(() => verify(url, expiresAt)).toThrow('expired')
  expect(() => verify(url, now, 'POST')).toThrow(UrlRefused)
})

test.each([
  ['path', (url: string) => url.replace('bkg_1', 'bkg_2')],
  ['viewer', (url: string) => url.replace('usr_ada', 'usr_bob')],
  ['expiry', (url: string) => url.replace(/expires=(\d+)/, (_all, at) => `expires=${Number(at) + 1}`)],
  ['signature', (url: string) => url.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
  ['length of the signature', (url: string) => url.slice(0, -1)],
  ['key', (url: string) => url.replace('key=k1', 'key=k9')],
  ['end', (url: string) => `${url}&more=1`],
  ['query, which is missing', (url: string) => url.split('?')[0] ?? ''],
  ['query, which comes twice', (url: string) => `${url}?${url.split('?')[1]}`],
  ['staff role', (url: string) => url.replace('&key', '&staff=SUPERADMIN.1&key')],
])('refuses a URL with another %s', (_what, change) => {
  expect(() => verify(change(signed()))).toThrow('This link is not valid.')
})

test('carries the role of staff with its version, so that a later dismissal counts', () => {
  const staff = { role: 'COMPLIANCE', version: 3 } as const
  const viewer = { ...ada, groups: ['admin', 'admin:compliance'], staff }
  expect(verify(signed({ viewer }))).toMatchObject({ groups: ['admin', 'admin:compliance'], staff })
  expect(verify(signed({ viewer: { ...viewer, groups: ['user'] } }))).toMatchObject({ groups: [], staff: null })
})

test('rotates keys without a gap: the first signs, all verify', () => {
  const old = { method: 'GET', url: pathOf(signed()) }
  const rotated = urlsOf(two, one)
  expect(rotated.verify(old, now).userId).toBe('usr_ada')
  const fresh = rotated.sign({ method: 'GET', path: '/files/x', viewer: ada, lifeSeconds: 1 }, now).url
  expect(fresh).toContain('key=k2')
  expect(() => urls.verify({ method: 'GET', url: pathOf(fresh) }, now)).toThrow(UrlRefused)
  expect(() => urlsOf(two).verify(old, now)).toThrow(UrlRefused)
})
