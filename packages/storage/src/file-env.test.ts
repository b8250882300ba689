import { anonymous, type UserViewer } from '@tikitu/kit/auth/viewer'
import { expect, test } from 'vitest'
import { fileKeys, fileUrlsOf } from './file-env.ts'
import { linkFile } from './file-link.ts'

const env = { service: 'shop', nodeEnv: 'production', port: 3009, publicUrl: 'https://api.example' } as const
const keys = [{ id: 'one', secret: Buffer.alloc(32, 1) }]
const viewer: UserViewer = { kind: 'user', userId: 'usr_1', email: null, groups: [] }
const now = () => new Date('2027-03-01T10:00:00Z')
const file = { path: '/files/shop/a', fileName: 'a.pdf', contentType: 'application/pdf' }

test('needs keys and a public address in production, and says which is missing', () => {
  expect(linkFile({ fileUrls: fileUrlsOf(env, keys), viewer, now }, file).url).toMatch(
    /^https:\/\/api\.example\/files\//,
  )
  expect(() => fileUrlsOf(env, undefined)).toThrow('SHOP_FILE_KEYS: is required')
  expect(() => fileUrlsOf({ ...env, publicUrl: null }, keys)).toThrow('PUBLIC_URL: is required')
})

test('makes keys at random for a developer, which no other process knows', () => {
  const local = { ...env, nodeEnv: 'development', publicUrl: null } as const
  const [fileUrls, other] = [fileUrlsOf(local, undefined), fileUrlsOf(local, undefined)]
  const { url } = linkFile({ fileUrls, viewer, now }, file)
  expect(url).toMatch(/^http:\/\/localhost:3009\/files\/shop\/a\?/)
  const request = { method: 'GET', url: url.slice('http://localhost:3009'.length) }
  expect(fileUrls.verify(request, now()).userId).toBe('usr_1')
  expect(() => other.verify(request, now())).toThrow('This link is not valid.')
})

test('hands nothing to a caller who is not signed in', () => {
  expect(() => linkFile({ fileUrls: fileUrlsOf(env, keys), viewer: anonymous, now }, file)).toThrow('Sign in first')
})

test.each(['one:c2hvcnQ=', 'two words:x', ''])('refuses the keys %j', (text) => {
  expect(fileKeys.safeParse(text).success).toBe(false)
})
