import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { decideSettings, type SettingsInput } from '../stack/settings.ts'
import { findMistakes } from './find-mistakes.ts'
import { findUnknown, readKnownVariables } from './find-unknown.ts'
import { requireUsable } from './require-usable.ts'

const settingsOf = (env: Record<string, string>, more: Partial<SettingsInput> = {}) =>
  decideSettings({ root: '/nowhere', env, ...more })
const mistakesOf = (env: Record<string, string>, more?: Partial<SettingsInput>) => findMistakes(settingsOf(env, more))

test('no variable is required, and all default ports differ', () => {
  expect(mistakesOf({})).toEqual([])
})

test('no default port is that of a well-known tool', () => {
  const wellKnown = [1025, 1080, 3306, 5432, 6379, 8000, 8025, 8080, 9000, 9222, 9229, 9230]
  expect(Object.values(settingsOf({}).ports).filter((port) => wellKnown.includes(port))).toEqual([])
})

test.each(['abc', '0', '99999', '3000.5', '-1'])('refuses the port %s by the name of its variable', (text) => {
  const env = { AUTH_ROUTE_SERVICE_PORT: text, TIKITU_SMTP_PORT: text }
  expect(mistakesOf(env)).toEqual([
    `TIKITU_SMTP_PORT: "${text}" is not a port: a whole number from 1 to 65535`,
    `AUTH_ROUTE_SERVICE_PORT: "${text}" is not a port: a whole number from 1 to 65535`,
  ])
})

test('reports two processes on one port, also the gateway’s default', () => {
  expect(mistakesOf({ BOOKING_SERVICE_PORT: '3000' })).toEqual([
    'AUTH_ROUTE_SERVICE_PORT: 3000 is the port of gateway and of booking (BOOKING_SERVICE_PORT). Change one of them',
  ])
  expect(mistakesOf({ USER_SERVICE_PORT: '7000', TIKITU_MAILBOX_PORT: '7000' })).toEqual([
    'USER_SERVICE_PORT: 7000 is the port of user and of mailbox (TIKITU_MAILBOX_PORT). Change one of them',
  ])
})

test('ignores the port of a process that is not started', () => {
  expect(mistakesOf({ BOOKING_SERVICE_PORT: '3000' }, { without: ['booking'] })).toEqual([])
  expect(mistakesOf({ TIKITU_MAILBOX_PORT: '3000', SMTP_URL: 'smtp://mail.example' })).toEqual([])
})

test('reports an incomplete Cognito and an invalid URL, without its password', () => {
  const mistakes = mistakesOf({
    AWS_COGNITO_USER_POOL_ID: 'eu-central-1_a',
    USER_DATABASE_URL: 'mysql://me:secret@db/user',
  })
  expect(mistakes).toHaveLength(2)
  expect(mistakes[0]).toMatch(/^USER_DATABASE_URL: is not a database URL/)
  expect(mistakes[1]).toMatch(/^AWS_COGNITO_CLIENT_ID: is missing/)
  expect(mistakes.join()).not.toContain('secret')
})

test('reports several mistakes at once, also a database that cannot be opened', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => closed.once('listening', resolve))
  const { port } = closed.address() as { port: number }
  await new Promise((resolve) => closed.close(resolve))
  const settings = settingsOf({
    BOOKING_DATABASE_URL: `postgres://nobody:secret@127.0.0.1:${port}/booking?password=secret`,
    PAYMENT_SERVICE_PORT: 'abc',
  })
  const message = await requireUsable(settings).catch((error: Error) => error.message)
  expect(message).toContain('These variables are invalid:\n  PAYMENT_SERVICE_PORT: "abc" is not a port')
  expect(message).toContain(
    `  BOOKING_DATABASE_URL: postgres://nobody@127.0.0.1:${port}/booking cannot be opened: connect ECONNREFUSED`,
  )
  expect(message).not.toContain('secret')
})

test('reports misspelt names with a suggestion, and unknown names in .env', () => {
  const known = readKnownVariables()
  const dotEnv = ['GATEWAY_CORS_ORIGIN', 'FAVOURITE_COLOUR', 'BOOKING_SERVICE_PORT', 'AWS_PROFILE', 'NODE_OPTIONS']
  const shell = ['BOKING_SERVICE_PORT', 'EDITOR', 'HOSTNAME', 'AWS_COGNITO_CLIENT_IDS', 'GATEWAY_CORS_ORIGIN', 'LANG']
  expect(findUnknown(known, { dotEnv, shell })).toEqual([
    '.env sets GATEWAY_CORS_ORIGIN, which nothing reads. Did you mean GATEWAY_CORS_ORIGINS?',
    '.env sets FAVOURITE_COLOUR, which nothing reads.',
    'The shell sets BOKING_SERVICE_PORT, which nothing reads. Did you mean BOOKING_SERVICE_PORT?',
    'The shell sets AWS_COGNITO_CLIENT_IDS, which nothing reads. Did you mean AWS_COGNITO_CLIENT_ID?',
  ])
})
