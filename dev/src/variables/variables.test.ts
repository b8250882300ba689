import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { decideSettings, type SettingsInput } from '../settings.ts'
import { findMistakes } from './find-mistakes.ts'
import { findUnknown, readKnownVariables } from './find-unknown.ts'
import { requireUsable } from './require-usable.ts'

const settingsOf = (env: Record<string, string>, more: Partial<SettingsInput> = {}) =>
  decideSettings({ root: '/nowhere', env, ...more })
const mistakesOf = (env: Record<string, string>, more?: Partial<SettingsInput>) => findMistakes(settingsOf(env, more))

test('nothing needs to be set, and every port of ours differs from the others', () => {
  expect(mistakesOf({})).toEqual([])
})

test('no port of the embedded parts is one that well-known tools take', () => {
  const wellKnown = [1025, 1080, 3306, 5432, 6379, 8000, 8025, 8080, 9000, 9222, 9229, 9230]
  expect(Object.values(settingsOf({}).ports).filter((port) => wellKnown.includes(port))).toEqual([])
})

test.each(['abc', '0', '99999', '3000.5', '-1'])('the port %s is refused, by the name of its variable', (text) => {
  const env = { AUTH_ROUTE_SERVICE_PORT: text, TIKITU_SMTP_PORT: text }
  expect(mistakesOf(env)).toEqual([
    `TIKITU_SMTP_PORT: "${text}" is no port; a port is a whole number from 1 to 65535`,
    `AUTH_ROUTE_SERVICE_PORT: "${text}" is no port; a port is a whole number from 1 to 65535`,
  ])
})

test('two processes on one port are named, the gateway’s default too', () => {
  expect(mistakesOf({ BOOKING_SERVICE_PORT: '3000' })).toEqual([
    'AUTH_ROUTE_SERVICE_PORT: 3000 is the port of gateway and of booking (BOOKING_SERVICE_PORT); give one of them another',
  ])
  expect(mistakesOf({ USER_SERVICE_PORT: '7000', TIKITU_MAILBOX_PORT: '7000' })).toEqual([
    'USER_SERVICE_PORT: 7000 is the port of user and of mailbox (TIKITU_MAILBOX_PORT); give one of them another',
  ])
})

test('a port that nothing is started on may be anybody’s', () => {
  expect(mistakesOf({ BOOKING_SERVICE_PORT: '3000' }, { without: ['booking'] })).toEqual([])
  expect(mistakesOf({ TIKITU_MAILBOX_PORT: '3000', SMTP_URL: 'smtp://mail.example' })).toEqual([])
})

test('half a Cognito and an address that is none are named, without the password in it', () => {
  const mistakes = mistakesOf({
    AWS_COGNITO_USER_POOL_ID: 'eu-central-1_a',
    USER_DATABASE_URL: 'mysql://me:secret@db/user',
  })
  expect(mistakes).toHaveLength(2)
  expect(mistakes[0]).toMatch(/^USER_DATABASE_URL: is no address of a database/)
  expect(mistakes[1]).toMatch(/^AWS_COGNITO_CLIENT_ID: is missing/)
  expect(mistakes.join()).not.toContain('secret')
})

test('several mistakes are told at once, a database that cannot be opened among them', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => closed.once('listening', resolve))
  const { port } = closed.address() as { port: number }
  await new Promise((resolve) => closed.close(resolve))
  const settings = settingsOf({
    BOOKING_DATABASE_URL: `postgres://nobody:secret@127.0.0.1:${port}/booking?password=secret`,
    PAYMENT_SERVICE_PORT: 'abc',
  })
  const message = await requireUsable(settings).catch((error: Error) => error.message)
  expect(message).toContain('These variables are not usable:\n  PAYMENT_SERVICE_PORT: "abc" is no port')
  expect(message).toContain(
    `  BOOKING_DATABASE_URL: postgres://nobody@127.0.0.1:${port}/booking cannot be opened: connect ECONNREFUSED`,
  )
  expect(message).not.toContain('secret')
})

test('misspelt names are told, with what was meant; in .env unknown ones too', () => {
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
